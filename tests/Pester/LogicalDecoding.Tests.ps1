# Logical slots, their changes, and messages. Every server of the tests has test_decoding, which writes text, and
# pgoutput, which writes bytes.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)

    function Get-ErrorId([scriptblock] $Command) {
        $ErrorActionPreference = 'Continue'
        & $Command 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } |
            ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' }
    }
}

Describe 'Logical decoding on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $pair = @{ Area = $area; BinDirectory = $BinDirectory; ToolsDirectory = $ToolsDirectory; Major = $Major }
        $primary, $standby = New-StreamingPair @pair -Setting 'wal_level = logical', 'max_prepared_transactions = 5'
        $null = Invoke-Psql $primary 'create table item (id int primary key, name text); create publication all_items for table item'
        $null = Invoke-Psql $primary 'create role plain login; create role reader login replication'
        $null = Invoke-Psql $primary 'create database other'

        # A session of the primary's that goes on while the test does something else.
        function Start-Psql([string[]] $Sql) {
            $arguments = @('-X', '-q', '-d',
                "`"host=127.0.0.1 port=$($primary.Port) user=postgres dbname=postgres application_name=background`"") +
                $Sql.ForEach({ '-c', "`"$_`"" })
            $output = @{ RedirectStandardOutput = "$TestDrive/psql.out"; RedirectStandardError = "$TestDrive/psql.err" }
            $null = Start-Process "$ToolsDirectory/psql" $arguments @output -PassThru
        }

        # psql ends with its session; the session of a psql that is ended goes on.
        function Stop-Psql {
            $null = Invoke-Psql $primary "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'background'"
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    AfterEach {
        $primary | Get-PgReplicationSlot | Where-Object Name -NE standby_slot | Remove-PgReplicationSlot
        $null = Invoke-Psql $primary 'truncate item'
    }

    Context 'New-PgReplicationSlot -Logical' {
        It 'makes a slot with pgoutput in the server''s database, also a second time' {
            $made = $primary | New-PgReplicationSlot audit -Logical
            $again = $primary | New-PgReplicationSlot audit -Logical

            "$($made.Type) $($made.Plugin) $($made.Database) $($made.IsTemporary)" | Should -Be 'Logical pgoutput postgres False'
            "$($made.ConfirmedFlushLsn)" |
                Should -Be (Invoke-Psql $primary "select confirmed_flush_lsn from pg_replication_slots where slot_name = 'audit'")
            $again.ConfirmedFlushLsn | Should -Be $made.ConfirmedFlushLsn
        }

        It 'takes another plugin and another database, and both show' {
            $made = $primary | New-PgReplicationSlot audit -Plugin test_decoding -Database other

            "$($made.Plugin) $($made.Database)" | Should -Be 'test_decoding other'
            $made | Out-String | Should -Match 'Logical \(test_decoding, other\)'
            $primary | Remove-PgReplicationSlot audit
            $primary | Get-PgReplicationSlot audit* | Should -BeNullOrEmpty
        }

        It 'says what is wrong with a slot of that name' {
            $null = $primary | New-PgReplicationSlot audit -Plugin test_decoding
            Get-ErrorId { $primary | New-PgReplicationSlot audit -Logical } | Should -Be 'SlotOfOtherPlugin'
            Get-ErrorId { $primary | New-PgReplicationSlot audit -Plugin test_decoding -Database other } | Should -Be 'SlotOfOtherDatabase'
            Get-ErrorId { $primary | New-PgReplicationSlot audit } | Should -Be 'SlotIsLogical'
            Get-ErrorId { $primary | New-PgReplicationSlot standby_slot -Logical } | Should -Be 'SlotIsPhysical'
        }

        It 'names the plugins that are installed when one is not, and leaves no slot' {
            $primary | New-PgReplicationSlot audit -Plugin nonesuch -ErrorAction SilentlyContinue -ErrorVariable failed

            $failed[0].FullyQualifiedErrorId | Should -Be 'PluginNotFound,PgHa.Commands.NewPgReplicationSlotCommand'
            $failed[0].ErrorDetails.RecommendedAction |
                Should -Match ($Major -ge 11 ? 'Installed are: .*pgoutput, (pgrepack, )?test_decoding' : 'pgoutput comes with every server')
            Get-ErrorId { $primary | New-PgReplicationSlot audit -Plugin plpgsql } | Should -Be 'PluginNotFound'
            $primary | Get-PgReplicationSlot audit* | Should -BeNullOrEmpty
        }

        It 'says which attribute the role lacks' {
            $plain = [PgHa.PgInstance]@{ Name = 'primary'; Port = $primary.Port; UserName = 'plain' }
            $reader = [PgHa.PgInstance]@{ Name = 'primary'; Port = $primary.Port; UserName = 'reader'; Database = 'postgres' }

            $plain | New-PgReplicationSlot audit -Logical -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed[0].FullyQualifiedErrorId | Should -Be 'InsufficientPrivilege,PgHa.Commands.NewPgReplicationSlotCommand'
            $failed[0].ErrorDetails.RecommendedAction | Should -Match 'ALTER ROLE "plain" REPLICATION'
            ($reader | New-PgReplicationSlot audit -Logical).Name | Should -Be 'audit'
            Get-ErrorId { $reader | New-PgReplicationSlot second -Plugin nonesuch } | Should -BeIn 'PluginNotFound', 'PluginNotAllowed'
        }

        It 'decodes at PREPARE TRANSACTION with -TwoPhase, where the major can' {
            if ($Major -lt 14) {
                Get-ErrorId { $primary | New-PgReplicationSlot audit -TwoPhase } | Should -Be 'VersionNotSupported'
                return
            }
            ($primary | New-PgReplicationSlot audit -Plugin test_decoding -TwoPhase).IsTwoPhase | Should -BeTrue
            $null = Invoke-Psql $primary "begin; insert into item values (1); prepare transaction 'two'"
            ($primary | Get-PgLogicalChange audit -Peek).Text -match '^PREPARE TRANSACTION' | Should -Not -BeNullOrEmpty
            $null = Invoke-Psql $primary "rollback prepared 'two'"
        }

        It 'marks the slot for standbys with -Failover, where the major can' {
            if ($Major -lt 17) { Get-ErrorId { $primary | New-PgReplicationSlot audit -Failover } | Should -Be 'VersionNotSupported' }
            else { ($primary | New-PgReplicationSlot audit -Failover).IsFailover | Should -BeTrue }
        }

        It 'works on a standby, where the major can' {
            if ($Major -lt 16) {
                Get-ErrorId { $standby | New-PgReplicationSlot audit -Logical } | Should -Be 'ServerIsStandby'
                return
            }
            # A standby's slot begins with the next snapshot that its primary logs.
            Start-Psql 'do $$ begin for i in 1..120 loop perform pg_log_standby_snapshot(); perform pg_sleep(0.5); end loop; end $$'
            try { ($standby | New-PgReplicationSlot audit -Logical).Server | Should -Be $standby }
            finally { Stop-Psql }
            $copy = $standby | Copy-PgReplicationSlot audit -NewName audit_copy
            "$($copy.Plugin) $($copy.ConfirmedFlushLsn)" |
                Should -Be "pgoutput $(($standby | Get-PgReplicationSlot audit).ConfirmedFlushLsn)"
            $standby | Remove-PgReplicationSlot audit, audit_copy
        }

        It 'gives up where a transaction stays open, names it, and leaves no slot' {
            $null = Invoke-Psql $primary "begin; insert into item values (1); prepare transaction 'open'"
            try {
                $primary | New-PgReplicationSlot audit -Logical -Timeout 2 -ErrorAction SilentlyContinue -ErrorVariable failed
                $failed[0].FullyQualifiedErrorId | Should -Be 'OperationTimeout,PgHa.Commands.NewPgReplicationSlotCommand'
                $failed[0].Exception.Message | Should -Match 'prepared transaction open'
                $primary | Get-PgReplicationSlot audit* | Should -BeNullOrEmpty
            }
            finally { $null = Invoke-Psql $primary "rollback prepared 'open'" }
        }

        It 'completes the names of plugins' {
            # The one of REPACK (CONCURRENTLY) is among those of 19.
            $plugins = @('pgoutput') + @('pgrepack' | Where-Object { $Major -ge 19 }) + @('test_decoding' | Where-Object { $Major -ge 11 })
            Get-TabCompletion "New-PgReplicationSlot -Instance 127.0.0.1:$($primary.Port) -Name x -Plugin " | Should -Be $plugins
        }
    }

    Context 'Get-PgLogicalChange' {
        BeforeEach {
            $null = $primary | New-PgReplicationSlot audit -Plugin test_decoding
            $null = Invoke-Psql $primary "insert into item select i, 'item ' || i from generate_series(1, 3) as i"
        }

        It 'shows the changes as the server does, and leaves them with -Peek' {
            $first = $primary | Get-PgLogicalChange audit -Peek
            $again = $primary | Get-PgReplicationSlot audit | Get-PgLogicalChange -Peek

            $first[0].Text | Should -Match '^BEGIN \d+$'
            $first[1].Text | Should -Be "table public.item: INSERT: id[integer]:1 name[text]:'item 1'"
            "$($first | ForEach-Object { "$($_.Lsn)|$($_.TransactionId)|$($_.Text)" })" |
                Should -Be "$(Invoke-Psql $primary "select * from pg_logical_slot_peek_changes('audit', null, null)")"
            $again.Text | Should -Be $first.Text
        }

        It 'consumes without -Peek, from any database, and not with -WhatIf' {
            $elsewhere = [PgHa.PgInstance]@{ Name = 'primary'; Port = $primary.Port; Database = 'other' }

            $elsewhere | Get-PgLogicalChange audit -WhatIf | Should -BeNullOrEmpty
            @($elsewhere | Get-PgLogicalChange audit).Count | Should -Be 5
            $primary | Get-PgLogicalChange audit | Should -BeNullOrEmpty
        }

        It 'stops after the transaction in which a number is reached, or a position' {
            $null = Invoke-Psql $primary "insert into item values (4, 'later')"

            $first = $primary | Get-PgLogicalChange audit -Peek -First 2
            $upTo = $primary | Get-PgLogicalChange audit -Peek -UpToLsn $first[-1].Lsn
            $first.Count | Should -Be 5
            $upTo.Text | Should -Be $first.Text
        }

        It 'consumes up to a commit that was dealt with: peek, then move the slot' {
            $seen = $primary | Get-PgLogicalChange audit -Peek
            if ($Major -lt 11) {
                Get-ErrorId { $primary | Move-PgReplicationSlot audit -Lsn $seen[-1].Lsn } | Should -Be 'VersionNotSupported'
                return
            }
            $null = Invoke-Psql $primary "insert into item values (4, 'later')"
            $primary | Move-PgReplicationSlot audit -Lsn $seen[-1].Lsn
            ($primary | Get-PgLogicalChange audit).Text[1] | Should -Match 'later'
        }

        It 'gives the plugin its options, and says what it does not take' {
            ($primary | Get-PgLogicalChange audit -Peek -Option @{ 'include-xids' = $false; 'skip-empty-xacts' = 1 })[0].Text |
                Should -Be 'BEGIN'
            Get-ErrorId { $primary | Get-PgLogicalChange audit -Peek -Option @{ bogus = 1 } } | Should -Be 'DecodingFailed'
        }

        It 'gives bytes with -Binary, peeking and consuming' {
            $peeked = $primary | Get-PgLogicalChange audit -Peek -Binary
            $got = $primary | Get-PgLogicalChange audit -Binary

            [Text.Encoding]::UTF8.GetString($peeked[1].Bytes) | Should -Match '^table public.item: INSERT'
            $peeked[1].Text | Should -BeNullOrEmpty
            "$($got[1])" | Should -Be "$($peeked[1])"
            $primary | Get-PgLogicalChange audit -Binary | Should -BeNullOrEmpty
        }

        It 'reads pgoutput, which takes -Binary and publications' {
            $null = $primary | New-PgReplicationSlot published -Logical
            $null = Invoke-Psql $primary "insert into item values (5, 'five')"

            $changes = $primary | Get-PgLogicalChange published -Binary -Option @{ proto_version = 1; publication_names = 'all_items' }
            [char[]]$changes.ForEach({ $_.Bytes[0] }) -join '' | Should -Be 'BRIC'

            $primary | Get-PgLogicalChange published -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed[0].FullyQualifiedErrorId | Should -Be 'DecodingFailed,PgHa.Commands.GetPgLogicalChangeCommand'
            $failed[0].ErrorDetails.RecommendedAction | Should -Match '-Binary -Option @\{ proto_version'
        }

        It 'ends at once when the pipeline has enough, and has consumed all by then' {
            $null = Invoke-Psql $primary 'insert into item select i from generate_series(1000, 100000) as i'

            ($primary | Get-PgLogicalChange audit | Select-Object -First 2)[1].Text | Should -Match 'item 1'
            $primary | Get-PgLogicalChange audit | Should -BeNullOrEmpty
        }

        It 'refuses a slot that another process uses' {
            $session = $primary | New-PgReplicationSlot taken -Temporary -Plugin test_decoding
            try { Get-ErrorId { $primary | Get-PgLogicalChange taken -Peek } | Should -Be 'SlotIsActive' }
            finally { $session.Dispose() }
        }

        It 'refuses a physical slot, and misses one that is not there' {
            Get-ErrorId { $primary | Get-PgLogicalChange standby_slot } | Should -Be 'SlotIsPhysical'
            Get-ErrorId { $primary | Get-PgLogicalChange absent } | Should -Be 'SlotNotFound'
            Get-ErrorId { $primary | Get-PgLogicalChange } | Should -Be 'NoSlotNamed'
        }
    }

    Context 'A temporary logical slot' {
        BeforeEach {
            $session = $primary | New-PgReplicationSlot passing -Temporary -Plugin test_decoding
            $null = Invoke-Psql $primary "insert into item select i, 'item ' || i from generate_series(1, 3) as i"
        }

        AfterEach { $session.Dispose() }

        It 'is read and moved over its session' {
            "$($session.Slot.Plugin) $($session.Slot.Database) $($session.Slot.IsTemporary)" | Should -Be 'test_decoding postgres True'
            $seen = $session | Get-PgLogicalChange -Peek
            $seen[1].Text | Should -Be "table public.item: INSERT: id[integer]:1 name[text]:'item 1'"
            ($session | Get-PgLogicalChange).Text | Should -Be $seen.Text
            $session | Get-PgLogicalChange | Should -BeNullOrEmpty
            if ($Major -ge 11) {
                ($session | Move-PgReplicationSlot -ToCurrent -PassThru).ConfirmedFlushLsn |
                    Should -BeGreaterThan $session.Slot.ConfirmedFlushLsn
            }
        }

        It 'ends with the first failure in its session, as the server has it, and the next command says so' {
            $session | Get-PgLogicalChange -Option @{ bogus = 1 } -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed[0].FullyQualifiedErrorId | Should -Be 'DecodingFailed,PgHa.Commands.GetPgLogicalChangeCommand'
            $failed[0].Exception.Message | Should -Match 'has ended the slot'
            Get-ErrorId { $session | Get-PgLogicalChange } | Should -Be 'SlotNotFound'

            # Nobody else's changes are read or removed in its place.
            $null = $primary | New-PgReplicationSlot passing -Plugin test_decoding
            Get-ErrorId { $session | Get-PgLogicalChange } | Should -Be 'SlotNotFound'
            $session.Dispose()
            $primary | Get-PgReplicationSlot passing | Should -Not -BeNullOrEmpty
        }

        It 'can be disposed of while it is read' {
            $null = Invoke-Psql $primary 'insert into item select i from generate_series(1000, 100000) as i'
            $session | Get-PgLogicalChange -ErrorAction SilentlyContinue | ForEach-Object { $session.Dispose() }
            Wait-Psql $primary "select count(*) from pg_replication_slots where slot_name = 'passing'" 0
        }

        It 'is never one that is there' {
            Get-ErrorId { $primary | New-PgReplicationSlot passing -Temporary -Plugin test_decoding } | Should -Be 'SlotAlreadyExists'
        }
    }

    Context 'Move-PgReplicationSlot' {
        # pg_replication_slot_advance() is there from 11 on.
        It 'moves to the server''s position, and does not go back or beyond' -Skip:($Major -lt 11) {
            $before = $primary | New-PgReplicationSlot audit -Plugin test_decoding
            $null = Invoke-Psql $primary "insert into item values (1, 'skipped')"

            $primary | Move-PgReplicationSlot audit -ToCurrent -WhatIf
            ($primary | Get-PgReplicationSlot audit).ConfirmedFlushLsn | Should -Be $before.ConfirmedFlushLsn
            $moved = $primary | Get-PgReplicationSlot audit | Move-PgReplicationSlot -ToCurrent -PassThru
            $moved.ConfirmedFlushLsn | Should -BeGreaterThan $before.ConfirmedFlushLsn
            @(($primary | Get-PgLogicalChange audit).Text) -match 'skipped' | Should -BeNullOrEmpty
            Get-ErrorId { $primary | Move-PgReplicationSlot audit -Lsn $before.ConfirmedFlushLsn } | Should -Be 'SlotCannotGoBack'
            Get-ErrorId { $primary | Move-PgReplicationSlot audit -Lsn FF/0 } | Should -Be 'LsnNotReached'
        }

        It 'moves a physical slot that has a position' -Skip:($Major -lt 11) {
            $null = $primary | New-PgReplicationSlot held -ReserveWal
            $null = $primary | New-PgReplicationSlot empty
            $null = Invoke-Psql $primary "insert into item values (1, 'more WAL')"

            $moved = $primary | Move-PgReplicationSlot held -ToCurrent -PassThru
            "$($moved.RestartLsn)" |
                Should -Be (Invoke-Psql $primary "select restart_lsn from pg_replication_slots where slot_name = 'held'")
            Get-ErrorId { $primary | Move-PgReplicationSlot empty -ToCurrent } | Should -Be 'SlotReservesNoWal'
        }
    }

    Context 'Copy-PgReplicationSlot' {
        # pg_copy_logical_replication_slot() and its like are there from 12 on.
        It 'makes a slot that reads the same changes, also with another plugin' -Skip:($Major -lt 12) {
            $null = $primary | New-PgReplicationSlot audit -Plugin test_decoding
            $null = Invoke-Psql $primary "insert into item values (1, 'both')"

            $copy = $primary | Copy-PgReplicationSlot audit -NewName audit_copy
            "$($copy.Type) $($copy.Plugin) $($copy.ConfirmedFlushLsn)" |
                Should -Be (Invoke-Psql $primary "select 'Logical test_decoding ' || confirmed_flush_lsn
                    from pg_replication_slots where slot_name = 'audit'")
            ($primary | Get-PgLogicalChange audit).Text | Should -Be ($primary | Get-PgLogicalChange audit_copy).Text
            ($primary | Get-PgReplicationSlot audit | Copy-PgReplicationSlot -NewName published -Plugin pgoutput).Plugin |
                Should -Be 'pgoutput'
            Get-ErrorId { $primary | Copy-PgReplicationSlot audit -NewName other -Plugin nonesuch } | Should -Be 'PluginNotFound'
            Get-ErrorId { $primary | Copy-PgReplicationSlot audit -NewName audit_copy } | Should -Be 'SlotAlreadyExists'
            $primary | Get-PgReplicationSlot other* | Should -BeNullOrEmpty
        }

        It 'copies physical slots that have a position' -Skip:($Major -lt 12) {
            $null = $primary | New-PgReplicationSlot held -ReserveWal
            $null = $primary | New-PgReplicationSlot empty

            ($primary | Copy-PgReplicationSlot held -NewName held_copy).RestartLsn |
                Should -Be ($primary | Get-PgReplicationSlot held).RestartLsn
            Get-ErrorId { $primary | Copy-PgReplicationSlot empty -NewName nothing } | Should -Be 'SlotReservesNoWal'
            Get-ErrorId { $primary | Copy-PgReplicationSlot held -NewName other -Plugin pgoutput } | Should -Be 'SlotIsPhysical'
        }

        It 'says which major it takes' -Skip:($Major -ge 12) {
            Get-ErrorId { $primary | Copy-PgReplicationSlot standby_slot -NewName other } | Should -Be 'VersionNotSupported'
        }
    }

    Context 'Send-PgLogicalMessage' {
        BeforeEach { $null = $primary | New-PgReplicationSlot audit -Plugin test_decoding }

        It 'writes text in a transaction, and emits the position' {
            $lsn = $primary | Send-PgLogicalMessage orders -Text 'grüße' -Transactional

            $lsn | Should -BeOfType ([PgHa.Lsn])
            ($primary | Get-PgLogicalChange audit).Text -match '^message: ' |
                Should -Be 'message: transactional: 1 prefix: orders, sz: 7 content:grüße'
        }

        It 'writes bytes outside of any transaction' {
            $null = $primary | Send-PgLogicalMessage orders -Bytes 0, 255
            # What no commit flushes, the WAL writer does in its time.
            $null = Invoke-Psql $primary "insert into item values (9, 'flushed')"

            $change = $primary | Get-PgLogicalChange audit -Binary |
                Where-Object { [Text.Encoding]::ASCII.GetString($_.Bytes) -like 'message: *' }
            [Text.Encoding]::ASCII.GetString($change.Bytes) | Should -BeLike 'message: transactional: 0 prefix: orders, sz: 2 content:*'
            "$change" | Should -Match '00FF$'
        }

        It 'is for one database, and writes nothing with -WhatIf' {
            $null = $primary | Send-PgLogicalMessage elsewhere -Text x -Transactional -Database other
            $primary | Send-PgLogicalMessage imagined -Text x -Transactional -WhatIf | Should -BeNullOrEmpty

            @(($primary | Get-PgLogicalChange audit).Text) -match 'prefix' | Should -BeNullOrEmpty
        }

        It 'needs a primary' {
            Get-ErrorId { $standby | Send-PgLogicalMessage orders -Text x } | Should -Be 'ServerIsStandby'
        }
    }
}

# From 19 on a logical slot raises the level by itself.
Describe 'Without logical WAL' -ForEach @($majors | Where-Object Major -LT 19 | Select-Object -Last 1) {
    BeforeAll {
        $area = New-PgHaTestArea
        $replica, $null = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'says which wal_level it takes' {
        $replica | New-PgReplicationSlot audit -Logical -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -Be 'WalLevelTooLow,PgHa.Commands.NewPgReplicationSlotCommand'
        $failed[0].ErrorDetails.RecommendedAction | Should -Match "wal_level = 'logical'"
    }
}
