BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Replication slots on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $primary, $standby = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major
    }

    AfterAll { $area | Remove-PgHaTestArea }

    AfterEach { $primary | Get-PgReplicationSlot | Where-Object Name -NE standby_slot | Remove-PgReplicationSlot }

    It 'shows the slot of a standby as the server does' {
        $slot = $primary | Get-PgReplicationSlot standby_slot

        $slot.IsActive | Should -BeTrue
        "$($slot.Type) $($slot.ActiveProcessId)" |
            Should -Be (Invoke-Psql $primary "select 'Physical ' || active_pid from pg_replication_slots")
        $slot.Server | Should -Be $primary
    }

    It 'makes slots, also a second time' {
        $made = $primary | New-PgReplicationSlot made_a, made_b -ReserveWal
        $again = $primary | New-PgReplicationSlot made_a

        $made.Name | Should -Be 'made_a', 'made_b'
        $made[0].RestartLsn | Should -BeOfType ([PgHa.Lsn])
        $again.RestartLsn | Should -Be $made[0].RestartLsn
        Invoke-Psql $primary "select count(*) from pg_replication_slots where slot_name like 'made%'" | Should -Be 2
    }

    It 'makes slots on a standby' {
        ($standby | New-PgReplicationSlot of_a_standby).Server | Should -Be $standby
        ($standby | Get-PgReplicationSlot).Name | Should -Be 'of_a_standby'
        $standby | Get-PgReplicationSlot of_* | Remove-PgReplicationSlot
        $standby | Get-PgReplicationSlot | Should -BeNullOrEmpty
    }

    It 'finds by wildcard, silently if there is none, and says which name is missing' {
        $primary | New-PgReplicationSlot made_a | Out-Null

        ($primary | Get-PgReplicationSlot made*, standby*).Name | Should -Be 'made_a', 'standby_slot'
        $primary | Get-PgReplicationSlot nothing* -ErrorAction Stop | Should -BeNullOrEmpty
        $primary | Get-PgReplicationSlot absent -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'SlotNotFound,PgHa.Commands.GetPgReplicationSlotCommand'
        $failed.CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'does nothing for -WhatIf' {
        $primary | New-PgReplicationSlot imagined -WhatIf | Should -BeNullOrEmpty
        $primary | Remove-PgReplicationSlot standby_slot -Force -WhatIf
        ($primary | Get-PgReplicationSlot).Name | Should -Be 'standby_slot'
    }

    It 'refuses to remove a slot in use' {
        $primary | Get-PgReplicationSlot | Remove-PgReplicationSlot -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'SlotIsActive,PgHa.Commands.RemovePgReplicationSlotCommand'
    }

    It 'never takes the name of the server for that of a slot' {
        $primary | New-PgReplicationSlot $primary.Name | Out-Null
        $primary | Remove-PgReplicationSlot -ErrorAction SilentlyContinue -ErrorVariable failed

        $failed.FullyQualifiedErrorId | Should -Be 'NoSlotNamed,PgHa.Commands.RemovePgReplicationSlotCommand'
        $primary | Get-PgReplicationSlot $primary.Name | Should -Not -BeNullOrEmpty
    }

    It 'says where a name is wrong, before the server is asked' {
        New-PgReplicationSlot 'node-slot' 127.0.0.1:1 -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'MalformedText,PgHa.Commands.NewPgReplicationSlotCommand'
        $failed.Exception.Position | Should -Be 4
    }

    It 'says that no slot is free' {
        $names = 1..20 | ForEach-Object { "made_$_" }
        $primary | New-PgReplicationSlot $names -ErrorAction SilentlyContinue -ErrorVariable failed | Out-Null
        $failed.FullyQualifiedErrorId | Should -Be 'NoFreeSlot,PgHa.Commands.NewPgReplicationSlotCommand'
    }

    It 'completes the names of slots' {
        Get-TabCompletion "Get-PgReplicationSlot -Instance 127.0.0.1:$($primary.Port) -Name " | Should -Contain 'standby_slot'
    }

    It 'makes a temporary slot, which keeps WAL until its session is disposed of' {
        $session = $primary | New-PgReplicationSlot copying -Temporary
        try {
            $session | Should -BeOfType ([PgHa.ReplicationSlotSession])
            "$($session.Slot.RestartLsn)|$($session.ProcessId)" |
                Should -Be (Invoke-Psql $primary "select restart_lsn, active_pid from pg_replication_slots
                    where slot_name = 'copying' and temporary")
            $session | Out-String | Should -Match "copying +Physical +\S+ +$($session.ProcessId)"
            ($session | Get-PgReplicationSlot copying).IsTemporary | Should -BeTrue
            $primary | New-PgReplicationSlot copying -Temporary -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed.FullyQualifiedErrorId | Should -Be 'SlotAlreadyExists,PgHa.Commands.NewPgReplicationSlotCommand'
            $primary | Remove-PgReplicationSlot copying -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed.FullyQualifiedErrorId | Should -Be 'SlotIsActive,PgHa.Commands.RemovePgReplicationSlotCommand'
        }
        finally { $session.Dispose() }
        $session.Dispose()
        $primary | Get-PgReplicationSlot copying* | Should -BeNullOrEmpty
    }

    It 'moves a temporary slot over its session' -Skip:($Major -lt 11) {
        $session = $primary | New-PgReplicationSlot copying -Temporary
        try {
            $null = Invoke-Psql $primary "select pg_switch_wal()"
            $moved = $session | Move-PgReplicationSlot -ToCurrent -PassThru
            $moved.RestartLsn | Should -BeGreaterThan $session.Slot.RestartLsn
        }
        finally { $session.Dispose() }
    }

    It 'removes a temporary slot with its session, or with -Force from elsewhere' {
        $session = $primary | New-PgReplicationSlot copying -Temporary
        $session | Remove-PgReplicationSlot -WhatIf
        ($session | Get-PgReplicationSlot copying).ActiveProcessId | Should -Be $session.ProcessId
        $session | Remove-PgReplicationSlot
        $primary | Get-PgReplicationSlot copying* | Should -BeNullOrEmpty

        $session = $primary | New-PgReplicationSlot copying -Temporary
        $primary | Remove-PgReplicationSlot copying -Force -ErrorAction Stop
        $primary | Get-PgReplicationSlot copying* | Should -BeNullOrEmpty

        # Another slot has the name now: the session has nothing to do with it.
        $null = $primary | New-PgReplicationSlot copying -ReserveWal
        $session | Remove-PgReplicationSlot -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'SlotNotFound,PgHa.Commands.RemovePgReplicationSlotCommand'
        $session.Dispose()
        ($primary | Get-PgReplicationSlot copying).IsTemporary | Should -BeFalse
    }

    It 'makes no temporary slot for -WhatIf, nor one for standbys' {
        $primary | New-PgReplicationSlot imagined -Temporary -WhatIf | Should -BeNullOrEmpty
        $primary | New-PgReplicationSlot imagined -Temporary -Failover -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'TemporarySlotIsNotCopied,PgHa.Commands.NewPgReplicationSlotCommand'
        $primary | Get-PgReplicationSlot imagined* | Should -BeNullOrEmpty
    }

    It 'removes a slot in use with -Force' {
        $primary | Remove-PgReplicationSlot standby_slot -Force
        $primary | Get-PgReplicationSlot | Should -BeNullOrEmpty
        # For the tests that follow.
        $primary | New-PgReplicationSlot standby_slot | Out-Null
    }
}
