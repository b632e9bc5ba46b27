# Get-PgWalRetention: what it says is held against the server's own functions.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'WAL retention on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $primary, $standby = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major `
            -Setting 'max_wal_size = 32MB', 'min_wal_size = 32MB', 'checkpoint_timeout = 1d', 'autovacuum = off'
        $null = Invoke-Psql $primary 'create role plain login'
        $null = Invoke-Psql $primary 'create role watcher login in role pg_monitor'
        $plain, $watcher = 'plain', 'watcher' |
            ForEach-Object { [PgHa.PgInstance]@{ Name = 'primary'; Port = $primary.Port; UserName = $_ } }

        # Completes files, and has a checkpoint remove what nothing keeps.
        function Complete-WalFile([int] $Count) {
            foreach ($file in 1..$Count) {
                $null = Invoke-Psql $primary "select txid_current(); select pg_logical_emit_message(false, 'test', 'x')"
                $null = $primary | Invoke-PgWalSwitch
            }
            $null = $primary | Invoke-PgCheckpoint
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    AfterEach { $primary | Get-PgReplicationSlot left* | Remove-PgReplicationSlot }

    It 'counts the files as the server does' {
        $retention = $primary | Get-PgWalRetention

        "$($retention.Files.Count) $($retention.Files.Bytes)" |
            Should -Be (Invoke-Psql $primary "select count(*) || ' ' || sum(size) from pg_ls_waldir() where length(name) = 24")
        "$($retention.Files.Oldest)" | Should -Be (Invoke-Psql $primary 'select min(name) from pg_ls_waldir() where length(name) = 24')
        $retention.MaxWalSize | Should -Be 32MB
        $retention.MaxSlotWalKeepSize | Should -BeNullOrEmpty
        "$($retention.RedoLsn)" | Should -Be (Invoke-Psql $primary 'select redo_lsn from pg_control_checkpoint()')
        $retention.Role | Should -Be Primary
    }

    It 'has a slot, the checkpoint and the standby that streams' {
        $retention = $primary | Get-PgWalRetention

        ($retention.Keepers | Where-Object Kind -EQ Slot).Name | Should -Be standby_slot
        ($retention.Keepers | Where-Object Kind -EQ Checkpoint).StartLsn | Should -Be $retention.RedoLsn
        "$($retention.Standbys.Name) $($retention.Standbys.SlotName) $($retention.Standbys.State) $($retention.Standbys.IsConnected)" |
            Should -Be 'standby standby_slot Kept True'
        $retention.Diagnosis | Should -BeNullOrEmpty
    }

    It 'tells the slot that fills the disk' {
        $null = $primary | New-PgReplicationSlot left_behind -ReserveWal
        Complete-WalFile 4
        $retention = $primary | Get-PgWalRetention

        $keeper = $retention.Keepers[0]
        $keeper.Name | Should -Be left_behind
        "$($keeper.StartLsn)" |
            Should -Be (Invoke-Psql $primary "select restart_lsn from pg_replication_slots where slot_name = 'left_behind'")
        $keeper.BytesAlone | Should -BeGreaterOrEqual 48MB
        $retention.Findings.Cause | Should -Be 'SlotUnused', 'WalOverLimit'
        $retention.Diagnosis | Should -Match "kept by slot 'left_behind'"
        ($retention.Standbys | Where-Object Name -EQ left_behind).State | Should -Be Kept
        $shown = $retention | Out-String -Width 100
        $shown | Should -Match 'slot left_behind, unused \(\d+ MB alone\)'
    }

    It 'tells what a limit leaves a slot, and that it is lost' -Skip:($Major -lt 13) {
        $null = $primary | New-PgReplicationSlot left_behind -ReserveWal
        $primary | Set-PgSetting @{ max_slot_wal_keep_size = '48MB' }
        Wait-Psql $primary "select safe_wal_size is not null from pg_replication_slots where slot_name = 'left_behind'" t
        try {
            $before = $primary | Get-PgWalRetention
            $before.MaxSlotWalKeepSize | Should -Be 48MB
            ($before.Standbys | Where-Object Name -EQ left_behind).BytesLeft | Should -BeGreaterThan 0
            Complete-WalFile 6
            Complete-WalFile 1
            $after = $primary | Get-PgWalRetention

            ($after.Standbys | Where-Object Name -EQ left_behind).State | Should -Be Lost
            $after.Keepers.Name | Should -Not -Contain left_behind
            $after.Findings[0].Cause | Should -Be SlotLost
            $after.Diagnosis | Should -Match "slot 'left_behind' is lost.* new clone"
        }
        finally { $primary | Reset-PgSetting max_slot_wal_keep_size }
    }

    It 'tells what the setting keeps' {
        $setting = $Major -ge 13 ? @{ wal_keep_size = '32MB' } : @{ wal_keep_segments = 2 }
        $primary | Set-PgSetting $setting
        try {
            Complete-WalFile 3
            $retention = $primary | Get-PgWalRetention
            $retention.WalKeepSize | Should -Be 32MB
            ($retention.Keepers | Where-Object Kind -EQ Setting).Name | Should -Be "$($setting.Keys)"
            ($retention.Keepers | Where-Object Kind -EQ Setting).Bytes | Should -Be 32MB
        }
        finally { $primary | Reset-PgSetting "$($setting.Keys)" }
    }

    It 'tells what the summarizer keeps' -Skip:($Major -lt 17) {
        $primary | Set-PgSetting @{ summarize_wal = 'on' }
        try {
            Wait-Psql $primary "select summarized_lsn <> '0/0' from pg_get_wal_summarizer_state()" t
            $before = [PgHa.Lsn](Invoke-Psql $primary 'select summarized_lsn from pg_get_wal_summarizer_state()')
            ($primary | Get-PgWalRetention).Keepers | Where-Object Kind -EQ Summarizer | ForEach-Object StartLsn |
                Should -BeGreaterOrEqual $before
        }
        finally { $primary | Reset-PgSetting summarize_wal }
    }

    It 'is asked of a standby too' {
        $retention = $standby | Get-PgWalRetention
        $retention.Role | Should -Be Standby
        $retention.Files.Count | Should -BeGreaterThan 0
        $retention.Keepers.Kind | Should -Be Checkpoint
    }

    It 'tells a role without the right what it misses, and who has it' {
        $retention = $plain | Get-PgWalRetention -WarningAction SilentlyContinue -WarningVariable warned
        $retention.Files | Should -BeNullOrEmpty
        $retention.OldestLsn | Should -BeNullOrEmpty
        $retention.Keepers.Name | Should -Contain standby_slot
        "$warned" | Should -Match 'may not list pg_wal.*pg_monitor'
        "$warned" | Should -Match 'may not see how far standbys are'
        $retention | Out-String | Should -Match unknown

        ($watcher | Get-PgWalRetention -WarningAction Stop).Files.Count | Should -BeGreaterThan 0
    }

    It 'fits into 100 columns' {
        $lines = ($primary | Get-PgWalRetention | Out-String -Width 100) -replace '\e\[[\d;]*m' -split "`n"
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 100
    }
}
