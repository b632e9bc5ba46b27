# Restore-PgInstance: a server as it was at a time, a position, a restore point or a transaction; and what is refused
# before anything is made.

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

Describe 'Restore-PgInstance on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $archive = "$area/archive"
        $backup = "$area/backup"
        $wal = $Major -ge 10 ? 'wal' : 'xlog'
        $lsn = $Major -ge 10 ? 'pg_current_wal_insert_lsn()' : 'pg_current_xlog_insert_location()'
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory |
            Set-PgSetting @{
                synchronous_standby_names = ''; wal_level = 'replica'; max_wal_senders = '5'; track_commit_timestamp = 'on'
            } -PassThru |
            Enable-PgArchiving $archive -PassThru | Start-PgInstance -PassThru

        function Invoke-Sql($Sql, $On = $server) { Invoke-LocalSql $On $Sql $ToolsDirectory }

        function Wait-Archived([string] $Segment) {
            $deadline = (Get-Date).AddSeconds(30)
            while (-not (Test-Path "$archive/$Segment")) {
                if ((Get-Date) -gt $deadline) { throw "$Segment was not archived" }
                Start-Sleep -Milliseconds 50
            }
        }

        $null = Invoke-Sql 'create table t (a int)'
        $null = Invoke-Sql "insert into t values (0)"
        $all = '-h', $server.SocketDirectory, '-p', $server.Port, '-U', 'postgres', '-c', 'fast', '-X', 'stream'
        Invoke-ServerProgram "$ToolsDirectory/pg_basebackup" -D $backup @all -l nightly
        Invoke-ServerProgram "$ToolsDirectory/pg_basebackup" -D "$area/tar" @all -F tar -z
        # What the source had of recoveries and standbys of its own.
        if ($Major -ge 12) {
            Invoke-ServerProgram sh -c "echo `"recovery_target_name = 'stale'`" >> $backup/postgresql.auto.conf;
                touch $backup/standby.signal"
        }

        # One row a transaction, and for each the ways to say "until here".
        $points = foreach ($row in 1..4) {
            Start-Sleep -Milliseconds 30
            $answer = Invoke-Sql "begin; insert into t values ($row); select txid_current(); commit; select clock_timestamp();
                select $lsn; select pg_create_restore_point('after $row') is not null"
            [pscustomobject]@{ Row = $row; Transaction = [uint32]$answer[0]; Time = [DateTimeOffset]$answer[1]; Lsn = [PgHa.Lsn]$answer[2] }
            if ($row -eq 2) { Wait-Archived ($server | Invoke-PgWalSwitch).FileName }
        }
        $last = ($server | Invoke-PgWalSwitch).FileName
        Wait-Archived $last
        # Recovery to a time, before 13, ends there only if a later commit comes.
        $null = Invoke-Sql 'insert into t values (99)'
        Wait-Archived ($server | Invoke-PgWalSwitch).FileName
        $archived = @(Get-ChildItem $archive).Name

        # A timeline that left before the backup.
        cp -a $archive "$area/forked archive"
        Invoke-ServerProgram sh -c "printf '1\t0/1000028\tno recovery target specified\n' > '$area/forked archive/00000002.history'"

        $made = @{ Count = 0; Directory = '' }
        function Restore-Test([hashtable] $Target) {
            $made.Count++
            $made.Directory = "$area/r$($made.Count)"
            $parameters = @{
                DataDirectory = $made.Directory; Port = (Get-PgHaTestPort); Backup = $backup; ArchiveDirectory = $archive
                BinDirectory = $BinDirectory; NoSync = $true; Timeout = 60
            }
            foreach ($key in $Target.Keys) { $parameters[$key] = $Target[$key] }
            Restore-PgInstance "r$($made.Count)" @parameters -ErrorAction Stop
        }

        function Get-Row($Server) { (Invoke-Sql 'select a from t order by a' $Server) -join ' ' }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'ends at a restore point, promoted, with the row before it and not the one after' {
        $restored = Restore-Test @{ TargetName = 'after 3' }
        Get-Row $restored.Server | Should -Be '0 1 2 3'
        $restored.State | Should -Be 'Primary'
        $restored.Timeline.Value | Should -Be 2
        $restored.Lsn | Should -BeGreaterThan $points[2].Lsn
        ($restored | Out-String -Width 100) | Should -Match 'Primary'
        $null = Invoke-Sql 'insert into t values (1000)' $restored.Server
        $restored.Server | Stop-PgInstance
    }

    It 'leaves nothing of its recovery and its source behind, and writes nothing into the old archive' {
        "$area/r1/postgresql.conf" | Should -Not -FileContentMatch '^archive_'
        if ($Major -ge 12) {
            "$area/r1/postgresql.conf" | Should -Not -FileContentMatch '^recovery_target'
            "$area/r1/postgresql.auto.conf" | Should -Not -FileContentMatch '^recovery_target'
            "$area/r1/standby.signal" | Should -Not -Exist
        }
        @(Get-ChildItem $archive).Name | Should -Be $archived
    }

    It 'takes what Get-PgBaseBackup emitted, by parameter and from the pipeline' {
        $found = Get-PgBaseBackup $backup
        $rest = @{
            DataDirectory = "$area/whatif"; Port = (Get-PgHaTestPort); ArchiveDirectory = $archive; BinDirectory = $BinDirectory
            WhatIf = $true; ErrorAction = 'Stop'
        }
        { Restore-PgInstance whatif -Backup $found @rest } | Should -Not -Throw
        { $found | Restore-PgInstance whatif @rest } | Should -Not -Throw
        { Test-PgBaseBackup $found -ErrorAction Stop } | Should -Not -Throw
    }

    It 'ends at a position, paused, and answers queries' {
        $restored = Restore-Test @{ TargetLsn = $points[0].Lsn; TargetAction = 'Pause' }
        $restored.State | Should -Be 'Paused'
        $restored.Timeline.Value | Should -Be 1
        Get-Row $restored.Server | Should -Be '0 1'
        { Invoke-Sql 'insert into t values (5)' $restored.Server } | Should -Throw '*read-only*'
        $restored.Server | Stop-PgInstance
    }

    It 'ends at a time, stopped, and pauses there when it is started' {
        $restored = Restore-Test @{ TargetTime = $points[1].Time; TargetAction = 'Shutdown' }
        $restored.State | Should -Be 'Stopped'
        $again = $restored.Server | Start-PgInstance -PassThru
        Get-Row $again | Should -Be '0 1 2'
        Invoke-Sql 'select pg_is_in_recovery()' $again | Should -Be 't'
        $again | Stop-PgInstance
    }

    It 'ends at a transaction, or just before it' {
        $restored = Restore-Test @{ TargetTransaction = $points[2].Transaction; Exclusive = $true; TargetAction = 'Pause' }
        Get-Row $restored.Server | Should -Be '0 1 2'
        $restored.Server | Stop-PgInstance
    }

    It 'ends with the backup, and is a primary when Resume-PgReplay -Force returns' {
        $restored = Restore-Test @{ Immediate = $true; TargetAction = 'Pause' }
        Get-Row $restored.Server | Should -Be '0'
        $restored.Server | Resume-PgReplay -Force
        Invoke-Sql 'select pg_is_in_recovery()' $restored.Server | Should -Be 'f'
        $restored.Server | Stop-PgInstance
    }

    It 'goes on to the end of the archive, from a tar backup, into an archive of its own' {
        $restored = Restore-Test @{ Backup = "$area/tar"; NewArchiveDirectory = "$area/new archive" }
        Get-Row $restored.Server | Should -Be '0 1 2 3 4 99'
        $restored.State | Should -Be 'Primary'
        $switched = $restored.Server | Invoke-PgWalSwitch
        $deadline = (Get-Date).AddSeconds(30)
        while (-not (Test-Path "$area/new archive/$($switched.FileName)")) {
            if ((Get-Date) -gt $deadline) { throw 'The restored server does not archive' }
            Start-Sleep -Milliseconds 50
        }
        @(Get-ChildItem $archive).Name | Should -Be $archived
        $restored.Server | Stop-PgInstance
    }

    It 'refuses before anything is made: <Id>' -ForEach @(
        @{ Id = 'TargetBeforeBackup'; Target = { @{ TargetTime = $points[0].Time.AddHours(-1) } } }
        @{ Id = 'TargetBeforeBackup'; Target = { @{ TargetLsn = '0/1000028' } } }
        @{ Id = 'TargetBeyondArchive'; Target = { @{ TargetLsn = '7/1000028' } } }
        @{ Id = 'TimelineNotFound'; Target = { @{ TargetName = 'after 1'; TargetTimeline = '5' } } }
        @{
            Id = 'TimelineNotOfBackup'
            Target = { @{ TargetName = 'after 1'; TargetTimeline = '2'; ArchiveDirectory = "$area/forked archive" } }
        }
        @{ Id = 'TargetNeeded'; Target = { @{ TargetAction = 'Pause' } } }
        @{ Id = 'ArchiveInUse'; Target = { @{ NewArchiveDirectory = $archive } } }
        @{ Id = 'ArchiveDirectoryNotFound'; Target = { @{ ArchiveDirectory = "$area/nowhere" } } }
        @{ Id = 'BackupNotFound'; Target = { @{ Backup = "$area/nowhere" } } }
        @{ Id = 'NotABaseBackup'; Target = { @{ Backup = $server.DataDirectory } } }
        @{ Id = 'DirectoryNotEmpty'; Target = { @{ DataDirectory = $server.DataDirectory } } }
        @{ Id = 'PortInUse'; Target = { @{ Port = $server.Port } } }
    ) {
        $refused = & $Target
        { Restore-Test $refused } | Should -Throw -ErrorId "$Id,PgHa.Commands.RestorePgInstanceCommand"
        "$($made.Directory)" | Should -Not -Exist
        "$($made.Directory).pgha-incomplete" | Should -Not -Exist
    }

    It 'names a missing segment before anything is made' {
        cp -a $archive "$area/incomplete archive"
        Remove-Item "$area/incomplete archive/$last"
        { Restore-Test @{ TargetName = 'after 1'; ArchiveDirectory = "$area/incomplete archive" } } |
            Should -Throw "*$last*" -ErrorId 'WalMissing,PgHa.Commands.RestorePgInstanceCommand'
        "$($made.Directory)" | Should -Not -Exist
    }

    It 'goes on over a gap with -Force, because the target is before it' {
        $restored = Restore-Test @{
            TargetName = 'after 1'; ArchiveDirectory = "$area/incomplete archive"; Force = $true
            WarningAction = 'SilentlyContinue'; TargetAction = 'Pause'
        }
        Get-Row $restored.Server | Should -Be '0 1'
        $restored.Server | Stop-PgInstance
    }

    It 'says that the target did not come, and stops what must not be taken for it' {
        { Restore-Test @{ TargetName = 'never made' } } |
            Should -Throw '*stopped*' -ErrorId 'TargetNotReached,PgHa.Commands.RestorePgInstanceCommand'
        "$($made.Directory)/postmaster.pid" | Should -Not -Exist
        "$($made.Directory)/PG_VERSION" | Should -Exist
    }

    It 'does nothing with -WhatIf but say what it would' {
        Restore-Test @{ TargetName = 'after 1'; WhatIf = $true }
        "$($made.Directory)" | Should -Not -Exist
        "$($made.Directory).pgha-incomplete" | Should -Not -Exist
    }
}
