# Suspend- and Resume-PgReplay, Invoke-PgWalSwitch and Invoke-PgCheckpoint.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'WAL operations on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $primary, $standby = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major
        $null = Invoke-Psql $primary 'create role plain login'
        Wait-Psql $standby "select count(*) from pg_roles where rolname = 'plain'" 1
        $plainPrimary = [PgHa.PgInstance]@{ Name = 'primary'; Port = $primary.Port; UserName = 'plain' }
        $plainStandby = [PgHa.PgInstance]@{ Name = 'standby'; Port = $standby.Port; UserName = 'plain' }

        function Write-Wal { $null = Invoke-Psql $primary "select txid_current(); select pg_logical_emit_message(false, 'test', 'x')" }
        function Get-Paused { Invoke-Psql $standby 'select pg_is_wal_replay_paused()' }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    Context 'Replay' {
        AfterEach { $standby | Resume-PgReplay }

        It 'is paused, so that queries see nothing new, and goes on' {
            $standby | Suspend-PgReplay -PassThru | Should -Be $standby
            Get-Paused | Should -Be t
            $null = Invoke-Psql $primary 'create table seen_later (a int)'
            $at = Invoke-Psql $primary 'select pg_current_wal_flush_lsn()'
            Wait-Psql $standby "select pg_last_wal_receive_lsn() >= '$at'" t
            Invoke-Psql $standby "select to_regclass('seen_later') is null" | Should -Be t

            $standby | Resume-PgReplay -PassThru | Should -Be $standby
            Get-Paused | Should -Be f
            Wait-Psql $standby "select to_regclass('seen_later') is null" f
        }

        It 'is really paused when the command returns' -Skip:($Major -lt 14) {
            $standby | Suspend-PgReplay
            Invoke-Psql $standby 'select pg_get_wal_replay_pause_state()' | Should -Be 'paused'
        }

        It 'is paused and resumed once' {
            "$($standby | Resume-PgReplay -Verbose 4>&1)" | Should -Match 'replay is not paused'
            $standby | Suspend-PgReplay | Should -BeNullOrEmpty
            "$($standby | Suspend-PgReplay -Verbose 4>&1)" | Should -Match 'paused already'
            Get-Paused | Should -Be t
        }

        It 'stays as it is for -WhatIf' {
            $standby | Suspend-PgReplay -WhatIf
            Get-Paused | Should -Be f
            $standby | Suspend-PgReplay
            $standby | Resume-PgReplay -WhatIf
            Get-Paused | Should -Be t
        }

        It 'is not resumed at a recovery target, where that makes a primary, without -Force' -Skip:($Major -lt 12) {
            $standby | Set-PgSetting @{ recovery_target_name = 'nowhere' } -WarningAction SilentlyContinue
            Stop-TestServer $BinDirectory $area standby
            Start-TestServer $BinDirectory $area standby
            try {
                $standby | Suspend-PgReplay
                $standby | Resume-PgReplay -ErrorAction SilentlyContinue -ErrorVariable failed
                $failed.FullyQualifiedErrorId | Should -Be 'ResumeMayPromote,PgHa.Commands.ResumePgReplayCommand'
                $failed[0].Exception.Message | Should -Match 'recovery_target_name'
                Get-Paused | Should -Be t

                $standby | Resume-PgReplay -Force
                Get-Paused | Should -Be f
            }
            finally {
                $standby | Reset-PgSetting recovery_target_name -WarningAction SilentlyContinue
                Stop-TestServer $BinDirectory $area standby
                Start-TestServer $BinDirectory $area standby
            }
        }

        It 'is nothing a primary has' {
            $primary | Suspend-PgReplay -ErrorAction SilentlyContinue -ErrorVariable failed
            $primary | Resume-PgReplay -ErrorAction SilentlyContinue -ErrorVariable +failed
            $failed.FullyQualifiedErrorId |
                Should -Be 'NotAStandby,PgHa.Commands.SuspendPgReplayCommand', 'NotAStandby,PgHa.Commands.ResumePgReplayCommand'
            $failed[0].TargetObject | Should -Be $primary
        }

        It 'is not for everybody, and whom it is for is said' {
            $plainStandby | Suspend-PgReplay -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed.FullyQualifiedErrorId | Should -Be 'InsufficientPrivilege,PgHa.Commands.SuspendPgReplayCommand'
            $failed.ErrorDetails.RecommendedAction | Should -Match 'GRANT EXECUTE ON FUNCTION pg_wal_replay_pause\(\) TO "plain"'
            Get-Paused | Should -Be f
        }
    }

    Context 'Invoke-PgWalSwitch' {
        It 'tells the file that is complete, once' {
            Write-Wal
            $before = Invoke-Psql $primary 'select pg_walfile_name(pg_current_wal_insert_lsn())'
            $switched = $primary | Invoke-PgWalSwitch

            $switched.IsSwitched | Should -BeTrue
            "$($switched.FileName)" | Should -Be $before
            $switched.EndLsn | Should -BeOfType ([PgHa.Lsn])
            $switched.Server | Should -Be $primary

            # Servers write a little by themselves now and then.
            foreach ($attempt in 1..20) {
                $null = $primary | Invoke-PgWalSwitch
                $again = $primary | Invoke-PgWalSwitch
                if (-not $again.IsSwitched) { break }
            }
            $again.IsSwitched | Should -BeFalse
            # The insert position is behind the header of the next file.
            $again.FileName |
                Should -BeLessThan ([PgHa.WalFileName]::Parse((Invoke-Psql $primary 'select pg_walfile_name(pg_current_wal_insert_lsn())')))
            $again | Out-String | Should -Match 'nothing was written'
        }

        It 'switches nothing for -WhatIf' {
            Write-Wal
            $before = Invoke-Psql $primary 'select pg_walfile_name(pg_current_wal_insert_lsn())'
            $primary | Invoke-PgWalSwitch -WhatIf | Should -BeNullOrEmpty
            Invoke-Psql $primary 'select pg_walfile_name(pg_current_wal_insert_lsn())' | Should -Be $before
        }

        It 'takes a primary, and goes on after a standby' {
            Write-Wal
            $switched = $standby, $primary | Invoke-PgWalSwitch -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed.FullyQualifiedErrorId | Should -Be 'ServerIsStandby,PgHa.Commands.InvokePgWalSwitchCommand'
            $failed.TargetObject | Should -Be $standby
            $switched.Server | Should -Be $primary
        }

        It 'says who may' {
            $plainPrimary | Invoke-PgWalSwitch -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed.FullyQualifiedErrorId | Should -Be 'InsufficientPrivilege,PgHa.Commands.InvokePgWalSwitchCommand'
            $failed.ErrorDetails.RecommendedAction | Should -Match 'pg_switch_wal\(\) TO "plain"'
        }
    }

    Context 'Invoke-PgCheckpoint' {
        It 'checkpoints a primary' {
            Write-Wal
            $from = [PgHa.Lsn](Invoke-Psql $primary 'select pg_current_wal_lsn()')
            $checkpoint = $primary | Invoke-PgCheckpoint

            "$($checkpoint.IsRestartpoint) $($checkpoint.IsNew)" | Should -Be 'False True'
            $checkpoint.RedoLsn | Should -BeGreaterOrEqual $from
            "$($checkpoint.CheckpointLsn)" | Should -Be (Invoke-Psql $primary 'select checkpoint_lsn from pg_control_checkpoint()')
        }

        It 'makes a restartpoint on a standby, of a checkpoint it has replayed' {
            $checkpoint = $primary | Invoke-PgCheckpoint
            # The checkpoint's record ends after its position.
            Wait-Psql $standby "select pg_last_wal_replay_lsn() > '$($checkpoint.CheckpointLsn)'" t
            $restartpoint = $standby | Invoke-PgCheckpoint

            $restartpoint.IsRestartpoint | Should -BeTrue
            $restartpoint.CheckpointLsn | Should -BeGreaterOrEqual $checkpoint.CheckpointLsn
            $restartpoint.Timeline | Should -Be ([PgHa.TimelineId]1)
        }

        It 'says that a standby had nothing to make one of' {
            $standby | Suspend-PgReplay
            try {
                $null = $standby | Invoke-PgCheckpoint
                $again = $standby | Invoke-PgCheckpoint
            }
            finally { $standby | Resume-PgReplay }
            $again.IsNew | Should -BeFalse
            $again | Out-String | Should -Match 'none new'
        }

        It 'does nothing for -WhatIf' {
            $before = Invoke-Psql $primary 'select checkpoint_lsn from pg_control_checkpoint()'
            $primary | Invoke-PgCheckpoint -WhatIf | Should -BeNullOrEmpty
            Invoke-Psql $primary 'select checkpoint_lsn from pg_control_checkpoint()' | Should -Be $before
        }

        It 'says who may, and lets them' {
            $plainPrimary | Invoke-PgCheckpoint -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed.FullyQualifiedErrorId | Should -Be 'InsufficientPrivilege,PgHa.Commands.InvokePgCheckpointCommand'
            $failed.ErrorDetails.RecommendedAction | Should -Match 'superuser.*pg_checkpoint'
            if ($Major -ge 15) {
                $null = Invoke-Psql $primary 'grant pg_checkpoint to plain'
                ($plainPrimary | Invoke-PgCheckpoint).IsNew | Should -BeTrue
            }
        }
    }
}
