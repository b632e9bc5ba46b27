# Making a standby a primary, on every major of the run.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
}

Describe 'Invoke-PgPromotion on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module $PSScriptRoot/StreamingPair.psm1
        Import-Module (Get-PgHaTestModule)
        $area = New-PgHaTestArea
        $primary, $standby = New-StreamingPair -Area $area -BinDirectory $BinDirectory -ToolsDirectory $ToolsDirectory -Major $Major
        $onHost = Get-PgInstance -Path "$area" | Where-Object DataDirectory -EQ "$area/standby"
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'refuses while the upstream runs, and changes nothing' {
        { $onHost | Invoke-PgPromotion -ErrorAction Stop } | Should -Throw -ErrorId 'UpstreamRuns,PgHa.Commands.InvokePgPromotionCommand'
        Invoke-Psql $standby 'select pg_is_in_recovery()' | Should -Be 't'
    }

    It 'needs its host where SQL cannot promote' -Skip:($Major -ge 12) {
        { $standby | Invoke-PgPromotion -Force -ErrorAction Stop } |
            Should -Throw -ErrorId 'HostAccessRequired,PgHa.Commands.InvokePgPromotionCommand'
    }

    It 'does nothing with -WhatIf' {
        $onHost | Invoke-PgPromotion -Force -WhatIf
        Invoke-Psql $standby 'select pg_is_in_recovery()' | Should -Be 't'
    }

    It 'leaves a primary as it is' {
        ($primary | Invoke-PgPromotion -PassThru).Name | Should -Be 'primary'
        Invoke-Psql $primary 'select timeline_id from pg_control_checkpoint()' | Should -Be '1'
    }

    It 'promotes when the upstream is gone, by SQL alone where the major can' {
        Stop-TestServer $BinDirectory $area primary
        Wait-Psql $standby "select count(*) from pg_stat_wal_receiver where status = 'streaming'" 0
        $subject = $Major -ge 12 ? $standby : $onHost
        ($subject | Invoke-PgPromotion -PassThru).Port | Should -Be $standby.Port
        Invoke-Psql $standby 'select pg_is_in_recovery()' | Should -Be 'f'
        Invoke-Psql $standby 'create table written (a int); select 1' | Should -Be '1'
    }
}
