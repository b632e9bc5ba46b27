# New-PgBaseBackup as a backup to keep, incremental ones, and Merge-PgBaseBackup.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Taking backups of PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $folder = "$area/backups"
        Invoke-ServerProgram mkdir $folder
        $settings = @{ wal_level = 'replica'; max_wal_senders = '5' }
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory | Set-PgSetting $settings -PassThru |
            Enable-PgArchiving "$area/archive" -PassThru | Start-PgInstance -PassThru
        $null = Invoke-LocalSql $server 'create table t as select generate_series(1, 1000) a' $ToolsDirectory

        function New-Backup([string] $Name, [hashtable] $More = @{}) {
            $server | New-PgBaseBackup -BackupDirectory "$folder/$Name" -BinDirectory $ToolsDirectory -NoSync -ErrorAction Stop @More
        }

        function Restore-Backup($Backup, [string] $Name) {
            $with = @{
                DataDirectory = "$area/$Name"; Port = (Get-PgHaTestPort); ArchiveDirectory = "$area/archive"; Immediate = $true
                TargetAction = 'Pause'; BinDirectory = $BinDirectory; NoSync = $true; Timeout = 60; ErrorAction = 'Stop'
            }
            $restored = $Backup | Restore-PgInstance $Name @with
            Invoke-LocalSql $restored.Server 'select count(*) from t' $ToolsDirectory
            $restored.Server | Stop-PgInstance
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'is whole, has its manifest, and is no standby' {
        $backup = New-Backup plain
        $backup.Label | Should -Be 'plain'
        $backup.Format | Should -Be 'Plain'
        "$folder/plain/standby.signal" | Should -Not -Exist
        "$folder/plain/recovery.conf" | Should -Not -Exist
        $backup | Test-PgBaseBackup -BinDirectory $ToolsDirectory | Should -BeTrue
        if ($Major -ge 13) { "$folder/plain/backup_manifest" | Should -Exist }
        "$folder/plain.pgha-incomplete" | Should -Not -Exist
    }

    It 'is a compressed tar, and can be restored' {
        $backup = New-Backup tar @{ Format = 'Tar'; Compress = 'gzip:3'; Label = 'nightly' }
        "$folder/tar/base.tar.gz" | Should -Exist
        $backup.Label | Should -Be 'nightly'
        Restore-Backup $backup fromtar | Should -Be 1000
    }

    It 'can be taken with a role and its password' {
        $null = Invoke-LocalSql $server "create role copier login replication password 'secret'" $ToolsDirectory
        $server | Add-PgHbaRule 'host replication copier 127.0.0.1/32 md5'
        $backup = New-Backup bycopier @{ ReplicationCredential = New-LocalLogin copier secret }
        $backup.Directory | Should -Be "$folder/bycopier"
        Get-ChildItem $folder -Filter '*pgpass*' -Force | Should -BeNullOrEmpty
    }

    It 'refuses: <Id>' -ForEach @(
        @{ Id = 'CompressionNeedsTar'; More = { @{ Compress = 'gzip' } } }
        @{ Id = 'DirectoryNotEmpty'; More = { @{ BackupDirectory = $server.DataDirectory } } }
    ) {
        $parameters = @{ BackupDirectory = "$folder/refused"; BinDirectory = $ToolsDirectory }
        foreach ($entry in (& $More).GetEnumerator()) { $parameters[$entry.Key] = $entry.Value }
        { $server | New-PgBaseBackup @parameters -ErrorAction Stop } | Should -Throw -ErrorId "$Id,PgHa.Commands.NewPgBaseBackupCommand"
        "$folder/refused" | Should -Not -Exist
    }

    It 'does nothing with -WhatIf' {
        New-Backup planned @{ WhatIf = $true } | Should -BeNullOrEmpty
        "$folder/planned" | Should -Not -Exist
    }

    It 'refuses an incremental backup where the server has none' -Skip:($Major -ge 17) {
        { New-Backup increment @{ Incremental = "$folder/plain" } } |
            Should -Throw -ErrorId 'VersionNotSupported,PgHa.Commands.NewPgBaseBackupCommand'
    }

    Context 'Incremental' -Skip:($Major -lt 17) {
        It 'is refused while the server does not note what changes' {
            { New-Backup increment @{ Incremental = "$folder/plain" } } |
                Should -Throw -ErrorId 'WalSummaryOff,PgHa.Commands.NewPgBaseBackupCommand'
            $server | Set-PgSetting @{ summarize_wal = 'on' }
        }

        It 'has the changes, and is put together with what it is based on' {
            $null = New-Backup full
            $null = Invoke-LocalSql $server 'insert into t select generate_series(1, 500)' $ToolsDirectory
            $first = New-Backup first @{ Incremental = "$folder/full" }
            $first.IncrementalFromLsn | Should -Not -BeNullOrEmpty
            $null = Invoke-LocalSql $server 'insert into t select generate_series(1, 50)' $ToolsDirectory
            $second = New-Backup second @{ Incremental = "$folder/first/backup_manifest" }

            Merge-PgBaseBackup "$folder/second" "$folder/merged" -BinDirectory $ToolsDirectory -WhatIf
            "$folder/merged" | Should -Not -Exist
            $merged = $second | Merge-PgBaseBackup -Destination "$folder/merged" -BinDirectory $ToolsDirectory -NoSync

            $merged.IncrementalFromLsn | Should -BeNullOrEmpty
            $merged | Test-PgBaseBackup -BinDirectory $ToolsDirectory | Should -BeTrue
            Restore-Backup $merged frommerged | Should -Be 1550
        }

        It 'cannot be restored or put together by half: <Id>' -ForEach @(
            @{
                Id = 'BackupIncremental,PgHa.Commands.RestorePgInstanceCommand'
                Do = {
                    $with = @{ DataDirectory = "$area/half"; Port = (Get-PgHaTestPort); ArchiveDirectory = "$area/archive" }
                    Get-PgBaseBackup "$folder/second" | Restore-PgInstance half @with -BinDirectory $BinDirectory -ErrorAction Stop
                }
            }
            @{
                Id = 'BackupNotIncremental,PgHa.Commands.MergePgBaseBackupCommand'
                Do = { Merge-PgBaseBackup "$folder/full" "$folder/half" -BinDirectory $ToolsDirectory -ErrorAction Stop }
            }
            @{
                Id = 'DirectoryNotEmpty,PgHa.Commands.MergePgBaseBackupCommand'
                Do = { Merge-PgBaseBackup "$folder/second" "$folder/full" -BinDirectory $ToolsDirectory -ErrorAction Stop }
            }
        ) {
            $Do | Should -Throw -ErrorId $Id
            "$area/half" | Should -Not -Exist
            "$folder/half" | Should -Not -Exist
        }
    }
}
