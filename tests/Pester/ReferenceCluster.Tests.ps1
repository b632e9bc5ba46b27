# The runbook's whole cluster, built by docs/examples/reference-cluster.ps1 on every major of the run, and looked at
# through the servers' own eyes: what psql, the files and the process list say, not what PgHa says of itself.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor
}

Describe 'The reference cluster on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module (Get-PgHaTestModule)
        $env:PATH = "$ToolsDirectory$([IO.Path]::PathSeparator)$env:PATH"

        function Invoke-Sql($Instance, [string] $Sql) {
            $address = '-h', $Instance.SocketDirectory, '-p', $Instance.Port, '-U', 'postgres', '-d', 'postgres'
            $out = & $ToolsDirectory/psql -X -q -A -t -v ON_ERROR_STOP=1 @address -c $Sql 2>&1
            if ($LASTEXITCODE -ne 0) { throw "psql on ${Instance}: $out" }
            # 19 pads positions with zeros.
            $out | ForEach-Object { $_ -replace '\b([0-9A-F]{1,8})/0+(?=[0-9A-F]{1,7}\b)', '$1/' }
        }

        $area = New-PgHaTestArea
        $root = "$area/cluster"
        $basePort = (Get-PgHaTestPort -Count 6)[0]
        $password = 'Kn0wn-"to''find\it 8f2c'
        $replicator = [pscredential]::new('foo', (ConvertTo-SecureString $password -AsPlainText -Force))

        # Every stream, so that the search for the password below has something to find.
        $with = @{ Root = $root; BasePort = $basePort; BinDirectory = $BinDirectory; Replicator = $replicator }
        $emitted = & "$PSScriptRoot/../../docs/examples/reference-cluster.ps1" @with -Verbose -Debug *>&1
        $nodes = @($emitted | Where-Object { $_ -is [PgHa.PgInstance] })
        $node20, $node21, $node22, $node23, $node24, $node25 = $nodes
        Invoke-Sql $node20 'create table rows as select n from generate_series(1, 1000) n'
        $nodes | Select-Object -Skip 1 | Wait-PgReplication -Primary $node20
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'emits the six nodes, in order' {
        $nodes.Name | Should -Be 'node20', 'node21', 'node22', 'node23', 'node24', 'node25'
        $nodes.Port | Should -Be ($basePort..($basePort + 5))
    }

    It 'runs every node on the major that was asked for' {
        foreach ($node in $nodes) { Get-Content "$($node.DataDirectory)/PG_VERSION" | Should -Be $Major }
    }

    It 'has one primary, and standbys in recovery' {
        Invoke-Sql $node20 'select pg_is_in_recovery()' | Should -Be 'f'
        foreach ($node in $node23, $node24, $node25) { Invoke-Sql $node 'select pg_is_in_recovery()' | Should -Be 't' }
    }

    It 'keeps nodes 21 and 22 cold' {
        foreach ($node in $node21, $node22) { { Invoke-Sql $node 'select 1' } | Should -Throw }
    }

    It 'is one system on timeline 1' {
        $systems = foreach ($node in $node20, $node23, $node24, $node25) {
            Invoke-Sql $node "select (select system_identifier from pg_control_system()) || ' ' ||
                (select timeline_id from pg_control_checkpoint())"
        }
        $systems | Select-Object -Unique | Should -HaveCount 1
        $systems[0] | Should -Match ' 1$'
    }

    It 'streams 22, 23 and 25 from 20, and 24 from 23' {
        $links = "select application_name || ' ' || state from pg_stat_replication order by 1"
        Invoke-Sql $node20 $links | Should -Be 'node22 streaming', 'node23 streaming', 's1 streaming'
        Invoke-Sql $node23 $links | Should -Be 'node24 streaming'
    }

    It 'uses the slot of node 23, and no other' {
        Invoke-Sql $node20 'select slot_name || active from pg_replication_slots' | Should -Be 'node_slot_23true'
        Invoke-Sql $node23 'select count(*) from pg_replication_slots' | Should -Be 0
    }

    It 'commits synchronously with s1' {
        Invoke-Sql $node20 'show synchronous_standby_names' | Should -Match 's1'
        Invoke-Sql $node20 "select sync_state from pg_stat_replication where application_name = 's1'" | Should -Be 'sync'
        Invoke-Sql $node20 "select distinct sync_state from pg_stat_replication where application_name <> 's1'" | Should -Be 'async'
        Invoke-Sql $node20 'show synchronous_commit' | Should -Be 'on'
    }

    It 'has the rows on the hot standbys' {
        foreach ($node in $node23, $node24, $node25) { Invoke-Sql $node 'select count(*) from rows' | Should -Be 1000 }
    }

    It 'archives on node 20, and on node 25 into an archive of its own' {
        $null = Invoke-Sql $node20 "select pg_switch_$(Invoke-Sql $node20 "select case
            when current_setting('server_version_num')::int < 100000 then 'xlog' else 'wal' end")()"
        $deadline = [DateTime]::UtcNow.AddSeconds(30)
        foreach ($archive in 'archive20', 'archive25') {
            do {
                $segments = @(Get-ChildItem $root/$archive | Where-Object Name -Match '^[0-9A-F]{24}$')
                if ($segments) { break }
                Start-Sleep -Milliseconds 100
            } until ([DateTime]::UtcNow -gt $deadline)
            $segments.Count | Should -BeGreaterThan 0 -Because "$archive should fill"
            $segments | ForEach-Object Length | Select-Object -Unique | Should -Be 16MB
        }
        Get-Content "$($node25.DataDirectory)/postgresql.auto.conf", "$($node25.DataDirectory)/postgresql.conf" |
            Should -Contain "archive_mode = always"
    }

    It 'shows all six in Get-PgReplicationStatus' {
        $status = $nodes | Get-PgReplicationStatus
        $status.Server.Name | Should -Be $nodes.Name
        $status[0].Role | Should -Be 'Primary'
        $status[0].Standbys.ApplicationName | Should -Be 'node22', 'node23', 's1'
        $status[1..5].Role | Select-Object -Unique | Should -Be 'Standby'
        ($nodes | Get-PgReplicationStatus | Format-Table | Out-String -Width 100) | Should -Not -Match '\.\.\.|…'
    }

    It 'says of <View> what the servers say' -ForEach @(
        @{ View = 'pg_stat_replication' }, @{ View = 'pg_stat_wal_receiver' }, @{ View = 'pg_replication_slots' }
    ) {
        $sql = switch ($View) {
            pg_stat_replication {
                "select concat_ws('|', r.application_name, r.pid, host(r.client_addr), r.client_port, r.state, r.sync_state,
                    r.sync_priority, coalesce(s.slot_name, ''), r.sent_lsn, r.write_lsn, r.flush_lsn, r.replay_lsn)
                    from pg_stat_replication r left join pg_replication_slots s on s.active_pid = r.pid order by r.application_name"
            }
            pg_stat_wal_receiver {
                $sender = $Major -ge 11 ? 'sender_host, sender_port' : "'127.0.0.1', (regexp_match(conninfo, 'port=(\d+)'))[1]"
                $received = $Major -ge 13 ? 'flushed_lsn' : 'received_lsn'
                "select concat_ws('|', pid, status, coalesce(slot_name, ''), $sender, received_tli, latest_end_lsn, $received,
                    pg_last_wal_replay_lsn()) from pg_stat_wal_receiver where pid is not null"
            }
            pg_replication_slots {
                $kept = $Major -ge 13 ? 'wal_status' : "''"
                "select concat_ws('|', slot_name, slot_type, active, active_pid, restart_lsn, $kept)
                    from pg_replication_slots order by slot_name"
            }
        }
        $line = switch ($View) {
            pg_stat_replication {
                {
                    foreach ($row in $args[0].Standbys) {
                        @($row.ApplicationName, $row.ProcessId, $row.Address, $row.Port, $row.State,
                            "$($row.SyncState)".ToLowerInvariant(), $row.SyncPriority, "$($row.SlotName)",
                            $row.SentLsn, $row.WrittenLsn, $row.FlushedLsn, $row.ReplayedLsn) -ne $null -join '|'
                    }
                }
            }
            pg_stat_wal_receiver {
                {
                    foreach ($row in $args[0].Receiver) {
                        @($row.ProcessId, $row.State, "$($row.SlotName)", $row.SenderHost, $row.SenderPort, $args[0].Timeline,
                            $row.SenderLsn, $row.ReceivedLsn, $row.ReplayedLsn) -join '|'
                    }
                }
            }
            pg_replication_slots {
                {
                    foreach ($row in $args[0].Slots) {
                        @($row.Name, "$($row.Type)".ToLowerInvariant(), ($row.IsActive ? 't' : 'f'), $row.ActiveProcessId,
                            $row.RestartLsn, "$($row.WalStatus)".ToLowerInvariant()) -ne $null -join '|'
                    }
                }
            }
        }

        foreach ($node in $node20, $node23, $node24, $node25) {
            # Positions move, if only by the checkpointer's: what the server said both before and after, it said meanwhile.
            $deadline = [DateTime]::UtcNow.AddSeconds(60)
            do {
                $before = Invoke-Sql $node $sql
                $status = $node | Get-PgReplicationStatus
                $isSettled = "$before" -eq "$(Invoke-Sql $node $sql)"
            } until ($isSettled -or [DateTime]::UtcNow -gt $deadline)

            $isSettled | Should -BeTrue
            & $line $status | Should -Be $before -Because "$node says so"
        }
    }

    It 'keeps the password in password files alone' {
        $needle = [regex]::Escape($password)
        # As it would stand in a conninfo string or a configuration value, with quotes and backslashes escaped, too.
        $forms = $password, $password.Replace('\', '\\'), $password.Replace("'", "''"),
            $password.Replace('\', '\\').Replace("'", "\'"), $password.Replace('\', '\\').Replace("'", "''")
        ($emitted | Out-String) | Should -Not -Match $needle
        (ps -eo args | Out-String) | Should -Not -Match $needle
        $files = Get-ChildItem $root -Recurse -File -Force
        $files.Count | Should -BeGreaterThan 1000
        $holders = @($forms | ForEach-Object { grep -rlaF -e $_ $root } | Sort-Object -Unique)
        $holders | Should -Not -BeNullOrEmpty -Because 'the standbys need it somewhere'
        foreach ($holder in $holders) {
            Split-Path -Leaf $holder | Should -Be 'standby.pgpass'
            [int][IO.File]::GetUnixFileMode($holder) | Should -Be ([Convert]::ToInt32('600', 8))
        }
    }

    It 'is not built over itself' {
        { & "$PSScriptRoot/../../docs/examples/reference-cluster.ps1" -Root $root -BasePort $basePort -BinDirectory $BinDirectory } |
            Should -Throw -ErrorId 'DirectoryNotEmpty,PgHa.Commands.NewPgInstanceCommand'
        Invoke-Sql $node20 'select count(*) from rows' | Should -Be 1000
    }

    # Last, because it changes them: only a server that answers SQL can show its rows.
    It 'had replayed the rows on the cold standbys 21 and 22' {
        foreach ($node in $node21, $node22) {
            $node | Set-PgRecoveryConf -HotStandby On
            $node | Restart-PgInstance
            Invoke-Sql $node 'select count(*) from rows' | Should -Be 1000
        }
    }
}
