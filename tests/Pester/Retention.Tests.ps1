# Remove-PgBaseBackup and Clear-PgArchive together: what is kept can be restored, and what nobody needs is gone.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -ForScenarios
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Retention on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $folder = "$area/backups"
        $archive = "$area/archive"
        Invoke-ServerProgram mkdir $folder
        $settings = @{ wal_level = 'replica'; max_wal_senders = '5'; max_replication_slots = '5' }
        if ($Major -ge 17) { $settings.summarize_wal = 'on' }
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory | Set-PgSetting $settings -PassThru |
            Enable-PgArchiving $archive -PassThru | Start-PgInstance -PassThru

        function Invoke-Sql($Sql, $On = $server) { Invoke-LocalSql $On $Sql $ToolsDirectory }

        # Ten rows in a WAL file of their own, which is archived.
        function Add-Row {
            $null = Invoke-Sql 'insert into t select generate_series(1, 10)'
            $segment = ($server | Invoke-PgWalSwitch).FileName
            $deadline = (Get-Date).AddSeconds(30)
            while (-not (Test-Path "$archive/$segment")) {
                if ((Get-Date) -gt $deadline) { throw "$segment was not archived" }
                Start-Sleep -Milliseconds 50
            }
        }

        # Without WAL of its own, so that it takes all of it from the archive.
        function New-Backup([string] $Name, [string[]] $Option = @()) {
            $all = '-D', "$folder/$Name", '-h', $server.SocketDirectory, '-p', $server.Port, '-U', 'postgres', '-c', 'fast', '-X', 'none'
            Invoke-ServerProgram "$ToolsDirectory/pg_basebackup" @all --no-sync -l $Name @Option
            Add-Row
            # Backups tell when they began in whole seconds.
            Start-Sleep -Milliseconds 1100
        }

        function Restore-Backup([string] $Directory, [string] $Name) {
            $with = @{
                DataDirectory = "$area/$Name"; Port = (Get-PgHaTestPort); ArchiveDirectory = $archive; BinDirectory = $BinDirectory
                NoSync = $true; Timeout = 60; ErrorAction = 'Stop'
            }
            $restored = Restore-PgInstance $Name -Backup $Directory @with
            Invoke-Sql 'select count(*) from t' $restored.Server
            $restored.Server | Stop-PgInstance
        }

        function Get-Segment { @((Get-ChildItem $archive).Name -match '^[0-9A-F]{24}$' | Sort-Object) }

        $null = Invoke-Sql 'create table t (a int)'
        New-Backup one
        New-Backup two
        if ($Major -ge 17) {
            $null = Invoke-Sql 'checkpoint'
            New-Backup three
            New-Backup four '-i', "$folder/three/backup_manifest"
        }
        else {
            New-Backup three
            New-Backup four
        }
        Add-Row
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'changes nothing with -WhatIf' {
        $before = @(Get-ChildItem $folder, $archive).Name
        Remove-PgBaseBackup -BackupFolder $folder -KeepLast 2 -WhatIf
        Clear-PgArchive $archive -BackupFolder "$folder/three", "$folder/four" -WhatIf | Should -BeNullOrEmpty
        @(Get-ChildItem $folder, $archive).Name | Should -Be $before
    }

    # There are incremental backups from 17 on.
    It 'removes no backup that another one has the changes since, and not the last' -Skip:($Major -lt 17) {
        { Remove-PgBaseBackup "$folder/three" -Confirm:$false -ErrorAction Stop } |
            Should -Throw -ErrorId 'BackupNeeded,PgHa.Commands.RemovePgBaseBackupCommand'
        "$folder/three" | Should -Exist
        Remove-PgBaseBackup -BackupFolder $folder -KeepLast 1 -WhatIf
    }

    It 'refuses without anything that says what to keep: <Id>' -ForEach @(
        @{
            Id = 'RetentionNotSaid,PgHa.Commands.RemovePgBaseBackupCommand'
            Do = { Remove-PgBaseBackup -BackupFolder $folder -Confirm:$false -ErrorAction Stop }
        }
        @{
            Id = 'ParameterArgumentTransformationError,PgHa.Commands.RemovePgBaseBackupCommand'
            Do = { Remove-PgBaseBackup -BackupFolder $folder -OlderThan 30 -Confirm:$false -ErrorAction Stop }
        }
        @{
            Id = 'NotABaseBackup,PgHa.Commands.RemovePgBaseBackupCommand'
            Do = { Remove-PgBaseBackup $server.DataDirectory -Confirm:$false -ErrorAction Stop }
        }
        @{
            Id = 'NothingToKeepFrom,PgHa.Commands.ClearPgArchiveCommand'
            Do = { Clear-PgArchive $archive -Confirm:$false -ErrorAction Stop }
        }
        @{
            Id = 'NothingToKeepFrom,PgHa.Commands.ClearPgArchiveCommand'
            Do = { Clear-PgArchive $archive -BackupFolder $archive -Confirm:$false -ErrorAction Stop }
        }
        @{
            Id = 'NothingToKeepFrom,PgHa.Commands.ClearPgArchiveCommand'
            Do = { $server | Clear-PgArchive -Confirm:$false -ErrorAction Stop }
        }
        @{
            Id = 'PositionNotReadable,PgHa.Commands.ClearPgArchiveCommand'
            Do = { Clear-PgArchive $archive -KeepFrom yesterday -Confirm:$false -ErrorAction Stop }
        }
        @{
            Id = 'PositionBeyondArchive,PgHa.Commands.ClearPgArchiveCommand'
            Do = { Clear-PgArchive $archive -KeepFrom FF/0 -Confirm:$false -ErrorAction Stop }
        }
        @{
            Id = 'NotAnArchive,PgHa.Commands.ClearPgArchiveCommand'
            Do = { Clear-PgArchive "$($server.DataDirectory)/pg_wal" -BackupFolder $folder -Confirm:$false -ErrorAction Stop }
        }
        @{
            Id = 'ServerNeedUnknown,PgHa.Commands.ClearPgArchiveCommand'
            Do = { 'localhost:1', $server | Clear-PgArchive -BackupFolder $folder -Confirm:$false -ErrorAction Stop }
        }
    ) {
        $before = @(Get-ChildItem $folder, $archive, $server.DataDirectory).Name
        $Do | Should -Throw -ErrorId $Id
        @(Get-ChildItem $folder, $archive, $server.DataDirectory).Name | Should -Be $before
    }

    It 'removes the backups beyond the last two with all that is based on nothing kept, and the WAL before them' {
        Remove-PgBaseBackup -BackupFolder $folder -KeepLast 2 -Confirm:$false
        @(Get-ChildItem $folder).Name | Should -Be 'four', 'three'

        $before = Get-Segment
        $cleared = Clear-PgArchive $archive -BackupFolder $folder -Confirm:$false
        $cleared.RemovedFiles | Should -BeGreaterThan 3
        $cleared.KeptFor.Kind | Should -Be 'BaseBackup'
        $cleared.KeptFor.Name | Should -Be "three in $folder/three"
        $after = Get-Segment
        $after[0] | Should -Be "$($cleared.KeptFrom)"
        $after[0] | Should -BeLessOrEqual (Get-Content "$folder/three/backup_label" |
            Select-String 'file ([0-9A-F]{24})').Matches[0].Groups[1].Value
        $after | Should -Be ($before | Where-Object { $_ -ge $after[0] })
        @(Get-ChildItem $archive -Filter *.backup).Count | Should -Be 2
        Test-PgArchive $archive -Detailed | Should -BeNullOrEmpty
        $server | Test-PgArchive -Detailed | Should -BeNullOrEmpty
        $cleared | Out-String -Width 100 | Should -Match 'base backup three'

        $again = Clear-PgArchive $archive -BackupFolder $folder -Confirm:$false
        $again.RemovedFiles | Should -Be 0
    }

    It 'leaves backups that can be restored to the end' {
        Restore-Backup "$folder/three" r3 | Should -Be 50
        if ($Major -ge 17) {
            $null = Merge-PgBaseBackup "$folder/four" "$folder/merged" -BinDirectory $ToolsDirectory -NoSync
            Restore-Backup "$folder/merged" r4 | Should -Be 50
            # Put together it replaces the other two.
            "$folder/three", "$folder/four" | Remove-PgBaseBackup -Confirm:$false
            @(Get-ChildItem $folder).Name | Should -Be 'merged'
        }
        else { Restore-Backup "$folder/four" r4 | Should -Be 50 }
    }

    It 'keeps the WAL of stopped standbys too, and of what a cluster has' {
        $with = @{ Name = 'behind'; DataDirectory = "$area/behind"; Port = (Get-PgHaTestPort); BinDirectory = $ToolsDirectory }
        $standby = $server | New-PgBaseBackup @with -NoSync -ErrorAction Stop
        1..3 | ForEach-Object { Add-Row }
        $position = ($server | Invoke-PgWalSwitch).EndLsn
        $null = Invoke-Sql 'checkpoint'
        $cleared = $server, $standby | Clear-PgArchive -KeepFrom $position -Confirm:$false
        $cleared.KeptFor.Kind | Should -Be 'Checkpoint'
        $cleared.KeptFor.Name | Should -Match '^behind@'
        Test-PgArchive $archive | Should -BeTrue
        @(Get-Segment).Count | Should -BeGreaterThan 2

        $null = Invoke-Sql "select pg_create_physical_replication_slot('kept', true)"
        Add-Row
        Add-Row
        $null = Invoke-Sql 'checkpoint'
        $cleared = Get-PgCluster $server | Clear-PgArchive -KeepFrom ($server | Invoke-PgWalSwitch).EndLsn -Confirm:$false
        $cleared.KeptFor.Kind | Should -Be 'Slot'
        Test-PgArchive $archive | Should -BeTrue
        $server | Remove-PgReplicationSlot kept -Confirm:$false
    }

    It 'removes the last backup by force only' {
        Get-PgBaseBackup $folder | Remove-PgBaseBackup -Confirm:$false -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -Be 'LastBackup,PgHa.Commands.RemovePgBaseBackupCommand'
        @(Get-ChildItem $folder).Count | Should -Be 1
        Remove-PgBaseBackup -BackupFolder $folder -OlderThan 00:00:00 -Force -Confirm:$false
        Get-ChildItem $folder | Should -BeNullOrEmpty
    }
}
