BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Get-PgReplicationStatus on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $primary, $standby = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major
        $null = Invoke-Psql $primary 'create table rows as select 1 as n'
        Wait-Psql $primary 'select replay_lsn = pg_current_wal_lsn() from pg_stat_replication' t
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'relates servers to each other, in the order they were asked' {
        $status = $standby, $primary | Get-PgReplicationStatus

        $status.Server | Should -Be $standby, $primary
        $status.Role | Should -Be 'Standby', 'Primary'
        $status[0].Upstream | Should -Be $primary
        $status[0].LagBytes | Should -Be 0
        $status[0].LagTime | Should -Be ([timespan]::Zero)
        $status[0].Receiver.SlotName | Should -Be 'standby_slot'
        $status[1].Standbys.ApplicationName | Should -Be 'standby'
        $status[1].CurrentLsn | Should -Be ([PgHa.Lsn](Invoke-Psql $primary 'select pg_current_wal_lsn()'))
        $status.Diagnosis | Should -Be '', ''
    }

    It 'passes its output on' {
        ($primary | Get-PgReplicationStatus | Get-PgReplicationStatus).Server | Should -Be $primary
    }

    It 'goes on after a server that is down' {
        $status = $primary, '127.0.0.1:1', $standby | Get-PgReplicationStatus -ErrorAction SilentlyContinue -ErrorVariable failed

        $status.Count | Should -Be 2
        $failed.FullyQualifiedErrorId | Should -Be 'ServerUnreachable,PgHa.Commands.GetPgReplicationStatusCommand'
        $failed.TargetObject.Port | Should -Be 1
    }

    It 'shows each server in a line of 100 columns' {
        $lines = ($primary, $standby | Get-PgReplicationStatus | Out-String -Width 100).Trim() -split '\r?\n'

        $lines.Count | Should -Be 4
        $lines[2] | Should -Match '^primary primary +1 +\S+/\S+ +to standby'
        $lines[3] | Should -Match '^standby standby +1 +\S+/\S+ +0 bytes from primary, slot standby_slot'
        ($primary | Get-PgReplicationStatus).Standbys | Out-String -Width 100 | Should -Match 'standby +127\.0\.0\.1 streaming async'
    }

    It 'says that replay is paused' {
        $null = Invoke-Psql $standby "select pg_wal_replay_pause()"
        try {
            $status = $standby | Get-PgReplicationStatus
            $status.Receiver.IsReplayPaused | Should -BeTrue
            $status.Findings.Cause | Should -Contain 'ReplayPaused'
        }
        finally {
            $null = Invoke-Psql $standby 'select pg_wal_replay_resume()'
        }
    }
}
