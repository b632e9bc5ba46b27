# Get- and Test-PgBaseBackup: a folder of backups by pg_basebackup, and what can befall one.

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

Describe 'Base backups of PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $folder = "$area/backups"
        Invoke-ServerProgram mkdir $folder
        $settings = @{ wal_level = 'replica'; max_wal_senders = '5' }
        if ($Major -ge 17) { $settings.summarize_wal = 'on' }
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory | Set-PgSetting $settings -PassThru |
            Enable-PgArchiving "$area/archive" -PassThru | Start-PgInstance -PassThru

        function New-Backup([string] $Name, [string[]] $Option = @('-X', 'stream')) {
            $all = @('-D', "$folder/$Name", '-h', $server.SocketDirectory, '-p', $server.Port, '-U', 'postgres', '-c', 'fast',
                '-l', $Name) + $Option
            Invoke-ServerProgram "$ToolsDirectory/pg_basebackup" @all
            "$folder/$Name"
        }

        # As the server's user, so that what is changed stays its own.
        function Edit-Backup([string] $Script, [string] $Backup) { Invoke-ServerProgram sh -c $Script sh $Backup }

        $hasManifest = $Major -ge 13
        $null = Invoke-LocalSql $server 'create table t as select generate_series(1, 1000) a' $ToolsDirectory
        $plain = New-Backup plain
        $tar = New-Backup tar '-X', 'stream', '-F', 'tar', '-z'
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'lists the backups of a folder, and says what else is there' {
        Invoke-ServerProgram mkdir "$folder/empty" "$folder/killed.pgha-incomplete"
        $found = @(Get-PgBaseBackup $folder -WarningVariable warned -WarningAction SilentlyContinue)
        $found.Label | Should -Be 'plain', 'tar'
        $found.Format | Should -Be 'Plain', 'Tar'
        $found.SystemIdentifier | Select-Object -Unique | Should -Be ($server | Get-PgSystemIdentity).SystemIdentifier
        $found[0].Timeline.Value | Should -Be 1
        $found[0].Version.Major | Should -Be $Major
        $found[0].Size | Should -BeGreaterThan 16MB
        ($null -ne $found[0].EndLsn) | Should -Be $hasManifest
        [math]::Abs(($found[0].StartTime - [DateTimeOffset]::Now).TotalMinutes) | Should -BeLessThan 5
        $warned | Should -Match 'no base backup|not complete'
        $warned.Count | Should -Be 2
        Invoke-ServerProgram rmdir "$folder/empty" "$folder/killed.pgha-incomplete"
        ($found | Out-String -Width 120) | Should -Match 'tar'
        (Get-PgBaseBackup $plain).Label | Should -Be 'plain'
    }

    It 'finds nothing wrong with good ones' {
        Get-PgBaseBackup $folder | Test-PgBaseBackup -BinDirectory $ToolsDirectory | Should -Be $true, $true
        $causes = @((Test-PgBaseBackup $plain -BinDirectory $ToolsDirectory -Detailed).Cause)
        if ($hasManifest) { $causes | Should -BeNullOrEmpty } else { $causes | Should -Be 'NoManifest' }
        Test-PgBaseBackup $plain | Should -BeTrue
    }

    # Backups have manifests from 13 on.
    It 'finds a changed, a missing and a foreign file by the manifest' -Skip:($Major -lt 13) {
        $bad = New-Backup bad
        Edit-Backup 'cd "$1" && printf x | dd of=global/pg_filenode.map bs=1 seek=20 conv=notrunc status=none &&
            rm base/1/PG_VERSION && echo x > base/1/foreign' $bad
        Test-PgBaseBackup $bad -BinDirectory $ToolsDirectory | Should -BeFalse
        $found = Test-PgBaseBackup $bad -BinDirectory $ToolsDirectory -Detailed
        $found.File | Should -Contain 'global/pg_filenode.map'
        $found.File | Should -Contain 'base/1/PG_VERSION'
        $found.File | Should -Contain 'base/1/foreign'
        # The check of PgHa's own, for where the server's program is not to be had.
        $own = Test-PgBaseBackup $bad -Detailed
        $own.File | Should -Contain 'global/pg_filenode.map'
        $own.File | Should -Contain 'base/1/PG_VERSION'
    }

    # Backups have manifests from 13 on.
    It 'finds a manifest that was cut off or changed' -Skip:($Major -lt 13) {
        $bad = New-Backup badmanifest
        Edit-Backup 'cd "$1" && sed -i "s/\"Size\": 3,/\"Size\": 4,/" backup_manifest' $bad
        (Test-PgBaseBackup $bad -Detailed).Cause | Should -Be 'ManifestDamaged'
        Edit-Backup 'cd "$1" && head -c 500 backup_manifest > m && mv m backup_manifest' $bad
        (Test-PgBaseBackup $bad -Detailed).Cause | Should -Be 'ManifestDamaged'
    }

    It 'finds that the WAL is missing, unless the archive has it' {
        $bare = New-Backup bare '-X', 'none'
        $found = Test-PgBaseBackup $bare -BinDirectory $ToolsDirectory -Detailed | Where-Object Severity -EQ Critical
        $found.Cause | Should -Be 'WalMissing'
        $found.Advice | Should -Match 'ArchiveDirectory'
        $last = ($server | Invoke-PgWalSwitch).FileName
        $deadline = (Get-Date).AddSeconds(30)
        while (-not (Test-Path "$area/archive/$($found.File)")) {
            if ((Get-Date) -gt $deadline) { throw "$($found.File) was not archived; $last is the last" }
            Start-Sleep -Milliseconds 50
        }
        Test-PgBaseBackup $bare -BinDirectory $ToolsDirectory -ArchiveDirectory $area/archive | Should -BeTrue
    }

    It 'finds a tar that was cut off' {
        $bad = New-Backup badtar '-X', 'stream', '-F', 'tar', '-z'
        Edit-Backup 'cd "$1" && head -c 1000000 base.tar.gz > t && mv t base.tar.gz' $bad
        $found = Test-PgBaseBackup $bad -BinDirectory $ToolsDirectory -Detailed
        $found.Cause | Should -Be 'NotReadable'
    }

    # There are incremental backups from 17 on.
    It 'shows what an incremental backup is based on' -Skip:($Major -lt 17) {
        $increment = New-Backup increment '-X', 'stream', '-i', "$plain/backup_manifest"
        $found = Get-PgBaseBackup $folder -WarningAction SilentlyContinue | Where-Object Label -EQ increment
        $found.BasedOn | Should -Be $plain
        (Test-PgBaseBackup $increment -BinDirectory $ToolsDirectory -Detailed).Cause | Should -Be 'Incremental'
    }

    It 'says what is no backup' {
        { Test-PgBaseBackup $server.DataDirectory -ErrorAction Stop } |
            Should -Throw -ErrorId 'NotABaseBackup,PgHa.Commands.TestPgBaseBackupCommand'
        { Get-PgBaseBackup $area/nowhere -ErrorAction Stop } | Should -Throw -ErrorId 'BackupNotFound,PgHa.Commands.GetPgBaseBackupCommand'
    }
}
