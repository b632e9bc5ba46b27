BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/StreamingPair.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'Synchronous standbys on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $primary, $standby = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major
    }

    AfterAll { $area | Remove-PgHaTestArea }

    AfterEach { $primary | Disable-PgSyncStandby }

    It 'makes commits wait for a standby, and they come back' {
        $primary | Enable-PgSyncStandby standby -CommitLevel remote_apply -PassThru | Should -Be $primary

        $null = Invoke-Psql $primary 'create table rows (n int)'
        Invoke-Psql $primary "select sync_state from pg_stat_replication" | Should -Be 'sync'
        Invoke-Psql $primary 'show synchronous_commit' | Should -Be 'remote_apply'
        # What remote_apply promises.
        Invoke-Psql $standby 'select count(*) from rows' | Should -Be 0
    }

    It 'takes the standby as an instance, too' {
        Enable-PgSyncStandby $standby $primary -Method Any
        Invoke-Psql $primary 'show synchronous_standby_names' | Should -Be 'ANY 1 (standby)'
    }

    It 'refuses a standby that does not stream, unless it is forced' {
        $primary | Enable-PgSyncStandby absent -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -Be 'StandbyNotStreaming,PgHa.Commands.EnablePgSyncStandbyCommand'
        Invoke-Psql $primary 'show synchronous_standby_names' | Should -BeNullOrEmpty

        $primary | Enable-PgSyncStandby absent -Force -WarningAction SilentlyContinue -WarningVariable warned
        $warned | Should -Match 'commits hang'
        ($primary | Get-PgReplicationStatus).Findings[0].Cause | Should -Be 'CommitsHang'
        $primary | Disable-PgSyncStandby absent
    }

    It 'changes nothing for -WhatIf' {
        $primary | Enable-PgSyncStandby standby -WhatIf
        Invoke-Psql $primary 'show synchronous_standby_names' | Should -BeNullOrEmpty
    }

    It 'completes the standbys that stream, and those that are listed' {
        Get-TabCompletion "Enable-PgSyncStandby -Instance 127.0.0.1:$($primary.Port) -Standby " | Should -Be 'standby'

        $primary | Enable-PgSyncStandby standby
        Get-TabCompletion "Disable-PgSyncStandby -Instance 127.0.0.1:$($primary.Port) -Standby " | Should -Be 'standby'
    }
}
