# What the test suites of other high-availability tools, and PostgreSQL's own recovery tests, try on standbys, done with the commands.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -ForScenarios
}

BeforeAll {
    Import-Module $PSScriptRoot/ScenarioCluster.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Standby scenarios on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $env:PATH = "$ToolsDirectory$([IO.Path]::PathSeparator)$env:PATH"
        $nodes = New-ScenarioCluster $area $BinDirectory -SynchronousStandbyNames 'FIRST 1 (b, c)' -Settings @{
            allow_in_place_tablespaces = 'on'
        }
        function Invoke-Sql($Name, $Sql) { Invoke-LocalSql -Server $nodes[$Name] -Sql $Sql -ToolsDirectory $ToolsDirectory }
        function Find-Finding($Like) { ($nodes.Values | Test-PgCluster -Detailed -WarningAction SilentlyContinue).Message -like $Like }
        function New-Standby($Name, $From) {
            $nodes[$Name] = $nodes[$From] | New-PgBaseBackup $Name -DataDirectory "$area/$Name" -Port (Get-PgHaTestPort) -NoSync
            $nodes[$Name]
        }
        function Remove-Standby($Name) {
            $nodes[$Name] | Stop-PgInstance
            $nodes[$Name] | Remove-PgInstance -Confirm:$false
            $nodes.Remove($Name)
        }
        $login = New-LocalLogin streamer 'Streams 1 scenario'
        $null = $nodes.a | New-PgReplicationRole -ReplicationCredential $login
        'b', 'c' | ForEach-Object { $nodes[$_] | Add-PgHbaRule -Database replication -User streamer -Address 127.0.0.1/32 }
        Invoke-Sql a 'create table written (n bigint)'
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'synchronous replication: the first that streams confirms, and the next one when it is gone' {
        Wait-Scenario {
            (Invoke-Sql a "select string_agg(application_name || ' ' || sync_state, ', ' order by application_name)
                from pg_stat_replication") -eq 'b sync, c potential'
        }
        $nodes.b | Stop-PgInstance
        $null = Invoke-Sql a 'insert into written values (1)'
        (Get-PgSyncStandby $nodes.a).Standbys.Where({ $_.IsSynchronous }).ApplicationName | Should -Be 'c'
    }

    It 'a synchronous standby is out of sync: it confirms again when it has caught up' {
        $null = Invoke-Sql a 'insert into written select generate_series(1, 10000)'
        $nodes.b | Start-PgInstance
        Wait-Scenario { (Invoke-Sql a "select sync_state from pg_stat_replication where application_name = 'b'") -eq 'sync' }
        $nodes.b | Wait-PgReplication
        Invoke-Sql b 'select count(*) from written' | Should -Be '10001'
    }

    It 'a synchronous replica is stuck: who it is and why commits hang is said' {
        $nodes.b | Suspend-PgReplay
        $client = Start-ScenarioSql $nodes.a 'set synchronous_commit = remote_apply; insert into written values (2)' $ToolsDirectory
        Wait-Scenario { (Invoke-Sql a "select count(*) from pg_stat_activity where wait_event = 'SyncRep'") -eq 1 }
        $client.HasExited | Should -BeFalse
        Find-Finding '*paused*' | Should -Not -BeNullOrEmpty
        $nodes.b | Resume-PgReplay
        $client.WaitForExit(10000) | Should -BeTrue
    }

    It 'quorum commit: any one of two is enough' {
        $nodes.a | Enable-PgSyncStandby b, c -Method Any -Count 1 -Force
        foreach ($down in 'b', 'c') {
            $nodes[$down] | Stop-PgInstance
            $null = Invoke-Sql a 'insert into written values (3)'
            $nodes[$down] | Start-PgInstance
            $nodes[$down] | Wait-PgReplication
        }
    }

    It 'two nodes with one name are named' {
        New-Standby twin a | Set-PgRecoveryConf -Upstream $nodes.a -ApplicationName b -ReplicationCredential $login -PassThru | Start-PgInstance
        Wait-Scenario { (Invoke-Sql a "select count(*) from pg_stat_replication where application_name = 'b'") -eq 2 }
        Find-Finding "*several*'b'*" | Should -Not -BeNullOrEmpty
        Remove-Standby twin
    }

    It 'archiving: all WAL is in the archive, without a gap' {
        $nodes.a | Invoke-PgWalSwitch
        # By name alone: Get-ChildItem fails where the archiver renames a file meanwhile.
        Wait-Scenario { -not [IO.Directory]::GetFiles("$area/a/pg_wal/archive_status", '*.ready') }
        Test-PgArchive "$area/archive-a" | Should -BeTrue
        (Get-ChildItem "$area/archive-a").Count | Should -BeGreaterThan 1
    }

    It 'cascading, and the cascade reconnects when its upstream was away' {
        New-Standby d b | Set-PgRecoveryConf -Upstream $nodes.b -ReplicationCredential $login -PassThru | Start-PgInstance
        $nodes.b | Stop-PgInstance
        $null = Invoke-Sql a 'insert into written values (4)'
        $nodes.b | Start-PgInstance
        $rows = Invoke-Sql a 'select count(*) from written'
        Wait-Scenario { (Invoke-Sql d 'select count(*) from written') -eq $rows }
    }

    It 'is not stuck on an old timeline: a cascaded standby goes with its upstream through a switchover' {
        $nodes.a | Get-PgCluster | Switch-PgPrimary -Candidate b -WarningAction SilentlyContinue
        $null = Invoke-Sql b 'insert into written values (5)'
        $rows = Invoke-Sql b 'select count(*) from written'
        Wait-Scenario { (Invoke-Sql d 'select count(*) from written') -eq $rows }
        "$((Get-PgReplicationStatus $nodes.d).Timeline)" | Should -Be "2"
        $nodes.b | Get-PgCluster | Switch-PgPrimary -Candidate a -WarningAction SilentlyContinue
        Remove-Standby d
    }

    It 'delayed replay keeps what is not to be applied yet' {
        New-Standby late a | Set-PgRecoveryConf -Upstream $nodes.a -ApplyDelay 1:00:00 -ReplicationCredential $login -PassThru | Start-PgInstance
        $null = Invoke-Sql a 'create table too_early (n int)'
        Wait-Scenario { (Get-PgReplicationStatus $nodes.late).Receiver.ReceivedLsn -ge (Invoke-Sql a 'select pg_current_wal_flush_lsn()') }
        Invoke-Sql late "select to_regclass('too_early') is null" | Should -Be 't'
        $nodes.late | Set-PgRecoveryConf -ApplyDelay 0 -PassThru | Restart-PgInstance
        Wait-Scenario { (Invoke-Sql late "select to_regclass('too_early') is null") -eq 'f' }
        Remove-Standby late
    }

    It 'an archive-only standby gets what is archived' {
        New-Standby fed a | Set-PgRecoveryConf -RestoreFrom "$area/archive-a" -PassThru | Start-PgInstance
        $null = Invoke-Sql a 'create table archived (n int)'
        $nodes.a | Invoke-PgWalSwitch
        Wait-Scenario { (Invoke-Sql fed "select to_regclass('archived') is null") -eq 'f' }
        (Get-PgReplicationStatus $nodes.fed).Receiver | ForEach-Object { $_.IsStreaming } | Should -Not -BeTrue
    }

    It 'an archive-fed standby is promoted, and goes its own way on a timeline of its own' {
        $nodes.fed | Invoke-PgPromotion -Force
        $null = Invoke-Sql fed 'create table own_way (n int)'
        ($nodes.fed | Get-PgSystemIdentity).Timeline | Should -BeGreaterThan ($nodes.a | Get-PgSystemIdentity).Timeline
        Invoke-Sql a "select to_regclass('own_way') is null" | Should -Be 't'
        Remove-Standby fed
    }

    It 'permanent slots: one that nobody uses stays over restarts, and what it keeps is shown' {
        $null = $nodes.a | New-PgReplicationSlot permanent -ReserveWal
        $nodes.a | Restart-PgInstance
        $slot = $nodes.a | Get-PgReplicationSlot permanent
        $slot.IsActive | Should -BeFalse
        $slot.RestartLsn | Should -Not -BeNullOrEmpty
        Find-Finding '*permanent*' | Should -Not -BeNullOrEmpty
        $nodes.a | Remove-PgReplicationSlot permanent -Confirm:$false
    }

    It 'less room: a standby is restarted only once its primary has been, and stays up until then' {
        $nodes.a, $nodes.b | Set-PgSetting @{ max_connections = 90 } -WarningAction SilentlyContinue
        $nodes.b | Restart-PgInstance -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused[0].FullyQualifiedErrorId | Should -BeLike 'StandbySettingsTooLow,*'
        "$($refused[0])" | Should -Match 'max_connections = 90, needs 100.*was not restarted'
        Invoke-Sql b 'show max_connections' | Should -Be '100'

        $nodes.a | Restart-PgInstance
        $nodes.b | Restart-PgInstance
        Invoke-Sql b 'show max_connections' | Should -Be '90'
        $nodes.b | Wait-PgReplication

        # To have more again, the standby comes first.
        $nodes.b, $nodes.a | Reset-PgSetting max_connections -WarningAction SilentlyContinue
        $nodes.b, $nodes.a | Restart-PgInstance -WarningAction SilentlyContinue
        Invoke-Sql a 'show max_connections' | Should -Be '100'
        $nodes.b | Wait-PgReplication
    }

    # max_slot_wal_keep_size is there from 13 on.
    It 'slot limits: a slot that has lost its WAL is told, and its standby is cloned anew' -Skip:($Major -lt 13) {
        $nodes.a | Set-PgSetting @{ max_slot_wal_keep_size = '1MB' }
        $nodes.c | Stop-PgInstance
        foreach ($segment in 1..6) {
            $null = Invoke-Sql a "insert into written select generate_series(1, 10000)"
            $nodes.a | Invoke-PgWalSwitch
        }
        # A standby that is behind for a moment would lose its slot too.
        Wait-Scenario {
            (Invoke-Sql a "select pg_current_wal_lsn() - restart_lsn < 500000 from pg_replication_slots where slot_name = 'b'") -eq 't'
        }
        $null = Invoke-Sql a 'checkpoint'
        ($nodes.a | Get-PgReplicationSlot c).WalStatus | Should -Be 'Lost'
        Find-Finding '*c*lost*' | Should -Not -BeNullOrEmpty
        $nodes.a | Remove-PgReplicationSlot c -Confirm:$false
        $nodes.a | Reset-PgSetting max_slot_wal_keep_size
        $with = @{ SlotName = 'c'; CreateSlot = $true; AllowNewClone = $true; RemoveOld = $true; Confirm = $false }
        $nodes.c | Repair-PgStandby -Upstream $nodes.a @with -WarningAction SilentlyContinue
        $nodes.c | Wait-PgReplication
    }

    It 'corruption: a standby whose data is damaged is cloned anew, and the old directory is kept' {
        $nodes.c | Stop-PgInstance
        $file = Invoke-Sql a "select pg_relation_filepath('written')"
        [IO.File]::WriteAllBytes("$area/c/$file", [byte[]]::new(8192))
        $nodes.c | Repair-PgStandby -Upstream $nodes.a -SlotName c -CreateSlot -NewClone -Confirm:$false -WarningAction SilentlyContinue
        $nodes.c | Wait-PgReplication
        Invoke-Sql c 'select count(*) from written' | Should -Be (Invoke-Sql a 'select count(*) from written')
        Get-ChildItem $area -Filter 'c.pgha-old-*' | Should -HaveCount 1
    }

    It 'a tablespace is created during and between streaming' {
        # In the data directory, since all nodes are on one machine.
        $null = Invoke-Sql a "create tablespace during location ''"
        $null = Invoke-Sql a 'create table in_during (n int) tablespace during'
        $nodes.c | Wait-PgReplication
        Invoke-Sql c "select count(*) from pg_tablespace where spcname = 'during'" | Should -Be '1'
        $nodes.c | Stop-PgInstance
        $null = Invoke-Sql a "create tablespace between location ''"
        $null = Invoke-Sql a 'create table in_between (n int) tablespace between'
        $nodes.c | Start-PgInstance
        $nodes.c | Wait-PgReplication
        Invoke-Sql c "select count(*) from pg_tables where tablespace in ('during', 'between')" | Should -Be '2'
        foreach ($statement in 'drop table in_during, in_between', 'drop tablespace during', 'drop tablespace between') {
            $null = Invoke-Sql a $statement
        }
    }

    It 'archive status: a failing archiver is told, and nothing is lost when it works again' {
        $good = Invoke-Sql a 'show archive_command'
        $nodes.a | Set-PgSetting @{ archive_command = 'false' }
        $null = Invoke-Sql a 'insert into written values (6)'
        $nodes.a | Invoke-PgWalSwitch
        Wait-Scenario { (Get-PgArchiveStatus $nodes.a).FailedCount -gt 0 }
        (Get-ChildItem "$area/a/pg_wal/archive_status/*.ready").Count | Should -BeGreaterThan 0
        $nodes.a | Set-PgSetting @{ archive_command = $good }
        Wait-Scenario { -not (Get-ChildItem "$area/a/pg_wal/archive_status/*.ready") }
    }

    It 'archive_mode = always: a standby archives what it receives' {
        $nodes.b | Enable-PgArchiving "$area/always" -Mode Always -Force -PassThru | Restart-PgInstance
        $null = Invoke-Sql a 'insert into written values (7)'
        $nodes.a | Invoke-PgWalSwitch
        Wait-Scenario { (Get-ChildItem "$area/always" -ErrorAction Ignore | Where-Object Name -Match '^[0-9A-F]{24}$').Count -gt 0 }
        foreach ($segment in Get-ChildItem "$area/always" | Where-Object Name -Match '^[0-9A-F]{24}$') {
            if (Test-Path "$area/archive-a/$($segment.Name)") {
                (Get-FileHash $segment).Hash | Should -Be (Get-FileHash "$area/archive-a/$($segment.Name)").Hash
            }
        }
    }

    It 'recovery targets, and point-in-time over timelines: a restored server ends where it was told' {
        $backup = $nodes.a | New-PgBaseBackup -BackupDirectory "$area/backups" -NoSync
        $null = Invoke-Sql a 'create table kept_row as select 1 as n'
        $null = Invoke-Sql a "select pg_create_restore_point('before')"
        $null = Invoke-Sql a 'drop table kept_row'
        $nodes.a | Invoke-PgWalSwitch
        $null = Invoke-Sql a 'checkpoint'
        Wait-Scenario { -not (Get-ChildItem "$area/a/pg_wal/archive_status/*.ready") }
        $before = ($nodes.a | Get-PgSystemIdentity).Timeline
        $with = @{ Backup = $backup.Directory; ArchiveDirectory = "$area/archive-a"; BinDirectory = $BinDirectory; NoSync = $true }
        $place = @{ DataDirectory = "$area/first"; Port = (Get-PgHaTestPort); NewArchiveDirectory = "$area/archive-first" }
        $first = Restore-PgInstance first @with @place -TargetName before
        $nodes.first = $first.Server
        Invoke-Sql first 'select n from kept_row' | Should -Be '1'
        ($nodes.first | Get-PgSystemIdentity).Timeline | Should -BeGreaterThan $before
        $last = Restore-PgInstance last @with -DataDirectory "$area/last" -Port (Get-PgHaTestPort) -TargetTimeline current
        $nodes.last = $last.Server
        Invoke-Sql last "select to_regclass('kept_row') is null" | Should -Be 't'
    }
}
