# What the test suites of other high-availability tools try on a primary and its standbys, done with the commands.

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

Describe 'Failover scenarios on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $canRewind = Test-Path "$BinDirectory/pg_rewind"
        $nodes = New-ScenarioCluster $area $BinDirectory
        $cluster = $nodes.a | Get-PgCluster
        $hba = @{}
        foreach ($name in $nodes.Keys) {
            $file = "$($nodes[$name].DataDirectory)/pg_hba.conf"
            Add-Content $file "# By hand, on $name alone:`nhost  all,replication`tall 192.0.2.0/24   reject"
            $hba[$name] = (Get-FileHash $file).Hash
        }
        function Invoke-Sql($Name, $Sql) { Invoke-LocalSql -Server $nodes[$Name] -Sql $Sql -ToolsDirectory $ToolsDirectory }
        function Get-Primary { ($nodes.Values | Get-PgCluster -WarningAction SilentlyContinue).Primary.Name }
        function Get-Other($Name) { 'a', 'b', 'c' -ne $Name }
        # An old primary comes back with a slot and its place among those that confirm.
        function Restore-Node($Name) {
            $with = @{
                SlotName = $Name; CreateSlot = $true; AllowDataLoss = $true; AllowNewClone = (-not $canRewind)
                RemoveOld = (-not $canRewind); Confirm = $false; WarningAction = 'SilentlyContinue'
            }
            $nodes[$Name] | Repair-PgStandby -Upstream $nodes[(Get-Primary)] @with
        }
        function Invoke-Failover([string] $To) {
            $with = @{ Confirm = $false; WarningAction = 'SilentlyContinue' }
            if ($To) { $with.To = $To }
            $cluster | Invoke-PgFailover @with
        }
        function Assert-Whole {
            $primary = Get-Primary
            $others = Get-Other $primary
            $others | ForEach-Object { $nodes[$_] | Wait-PgReplication -Upstream $nodes[$primary] }
            Wait-Scenario {
                (Invoke-Sql $primary "select string_agg(slot_name, ' ' order by slot_name)
                    from pg_replication_slots where active") -eq "$others"
            }
            $names = [PgHa.SynchronousStandbyNames]::Parse((Invoke-Sql $primary 'show synchronous_standby_names')).Names | Sort-Object
            "$names" | Should -Be "$others"
            Invoke-Sql $primary 'insert into written select count(*) from written'
        }
        Invoke-Sql a 'create table written (n bigint)'
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'writes to a standby fail' {
        { Invoke-Sql b 'insert into written values (1)' } | Should -Throw '*read-only*'
    }

    It 'the primary fails, and returns as a standby' {
        $nodes.a | Stop-PgInstance -Mode Immediate
        Invoke-Failover
        Get-Primary | Should -BeIn 'b', 'c'
        Restore-Node a
        Invoke-Sql a 'select pg_is_in_recovery()' | Should -Be 't'
        Assert-Whole
    }

    It 'several failovers in a row, with the slots and synchronous_standby_names right after each' {
        foreach ($run in 1..2) {
            $dead = Get-Primary
            $nodes[$dead] | Stop-PgInstance -Mode Immediate
            Invoke-Failover
            Get-Primary | Should -Not -Be $dead
            Restore-Node $dead
            Assert-Whole
        }
    }

    It 'every node is primary once' {
        $order = Get-Other (Get-Primary)
        foreach ($next in $order + (Get-Primary)) {
            $before = Invoke-Sql (Get-Primary) 'select count(*) from written'
            $cluster | Switch-PgPrimary -Candidate $next
            Get-Primary | Should -Be $next
            Invoke-Sql $next 'select count(*) from written' | Should -Be $before
            Assert-Whole
        }
    }

    It 'an old primary restarts, and is no second primary' {
        $dead = Get-Primary
        $nodes[$dead] | Stop-PgInstance -Mode Immediate
        Invoke-Failover
        # By a service manager that knows nothing of it.
        $user = [Environment]::IsPrivilegedProcess ? @('runuser', '-u', (Get-PgHaTestUser), '--') : @()
        $start = $user + "$BinDirectory/pg_ctl", '-D', $nodes[$dead].DataDirectory, '-l', "$area/by-hand.log", '-w', 'start'
        $null = & $start[0] $start[1..99]
        Invoke-Sql $dead 'select pg_is_in_recovery()' | Should -Be 't'
        $nodes[$dead] | Stop-PgInstance
        Restore-Node $dead
        Assert-Whole
    }

    It 'the most advanced standby is not the candidate, which fetches its WAL first' {
        $primary = Get-Primary
        $behind, $ahead = Get-Other $primary
        $nodes[$behind] | Stop-PgInstance
        $null = Invoke-Sql $primary 'insert into written select generate_series(1, 1000)'
        $rows = Invoke-Sql $primary 'select count(*) from written'
        $nodes[$primary] | Stop-PgInstance -Mode Immediate
        $nodes[$behind] | Start-PgInstance
        Invoke-Failover $behind
        Get-Primary | Should -Be $behind
        Invoke-Sql $behind 'select count(*) from written' | Should -Be $rows
        Restore-Node $primary
        Assert-Whole
    }

    It 'two of two standbys fail, and then writes unblock' {
        $primary = Get-Primary
        $others = Get-Other $primary
        $others | ForEach-Object { $nodes[$_] | Stop-PgInstance }
        $client = Start-ScenarioSql $nodes[$primary] 'insert into written values (-1)' $ToolsDirectory
        Wait-Scenario { (Invoke-Sql $primary "select count(*) from pg_stat_activity where wait_event = 'SyncRep'") -eq 1 }
        $client.HasExited | Should -BeFalse
        ($nodes[$primary] | Test-PgCluster -Detailed -WarningAction SilentlyContinue | Out-String) | Should -Match 'commit'
        $nodes[$primary] | Disable-PgSyncStandby -Confirm:$false
        $client.WaitForExit(10000) | Should -BeTrue
        Invoke-Sql $primary 'select count(*) from written where n = -1' | Should -Be '1'
        $others | ForEach-Object { $nodes[$_] | Start-PgInstance }
        $others | ForEach-Object { $nodes[$_] | Wait-PgReplication -Upstream $nodes[$primary] }
        $nodes[$primary] | Enable-PgSyncStandby $others -Method Any -Count 1
        Assert-Whole
    }

    It 'the primary is fenced: while it hangs nobody takes over, and afterwards it is nobody''s upstream' {
        $primary = Get-Primary
        $id = [int](Get-Content "$($nodes[$primary].DataDirectory)/postmaster.pid" -TotalCount 1)
        sh -c "kill -STOP $id"
        try {
            { $cluster | Invoke-PgFailover -Confirm:$false -Timeout 5 -WarningAction SilentlyContinue } |
                Should -Throw -ErrorId 'PrimaryRuns,*'
        }
        finally { sh -c "kill -CONT $id" }
        Get-Primary | Should -Be $primary
        Assert-Whole
    }

    It 'a crash restart keeps the timeline' {
        $primary = Get-Primary
        $before = ($nodes[$primary] | Get-PgSystemIdentity).Timeline
        $nodes[$primary] | Stop-PgInstance -Mode Immediate
        $nodes[$primary] | Start-PgInstance
        ($nodes[$primary] | Get-PgSystemIdentity).Timeline | Should -Be $before
        Assert-Whole
    }

    It 'a timeline forks, and whoever is on the wrong branch of the same number is cloned anew' {
        $primary = Get-Primary
        $one, $other = Get-Other $primary
        $nodes[$primary] | Stop-PgInstance
        $nodes[$one] | Invoke-PgPromotion
        $nodes[$other] | Invoke-PgPromotion
        $null = Invoke-Sql $other 'set synchronous_commit = local; create table wrong (n int)'
        $nodes[$other] | Stop-PgInstance
        $null = Invoke-Sql $one 'set synchronous_commit = local; create table right_one (n int)'
        # pg_rewind would find nothing to do.
        { $nodes[$other] | Repair-PgStandby -Upstream $nodes[$one] -AllowDataLoss -Confirm:$false -ErrorAction Stop } |
            Should -Throw -ErrorId 'NewCloneNotAllowed,*'
        $with = @{ SlotName = $other; CreateSlot = $true; AllowNewClone = $true; RemoveOld = $true; Confirm = $false }
        $nodes[$other] | Repair-PgStandby -Upstream $nodes[$one] @with -WarningAction SilentlyContinue
        Restore-Node $primary
        Invoke-Sql $other "select to_regclass('wrong') is null" | Should -Be 't'
        $nodes[$one] | Enable-PgSyncStandby $other, $primary -Method Any -Count 1
        Assert-Whole
    }

    It 'too much lag to fail over' {
        $primary = Get-Primary
        $others = Get-Other $primary
        $nodes[$primary] | Disable-PgSyncStandby -Confirm:$false
        $others | ForEach-Object { $nodes[$_] | Stop-PgInstance }
        $null = Invoke-Sql $primary 'insert into written select generate_series(1, 5000)'
        $nodes[$primary] | Stop-PgInstance -Mode Immediate
        $others | ForEach-Object { $nodes[$_] | Start-PgInstance }
        { $cluster | Invoke-PgFailover -Confirm:$false -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'DataLossPossible,*'
        Get-Primary | Should -BeNullOrEmpty
        # The primary was not touched: it comes back with everything.
        $nodes[$primary] | Start-PgInstance
        Get-Primary | Should -Be $primary
        $others | ForEach-Object { $nodes[$_] | Wait-PgReplication -Upstream $nodes[$primary] }
        $nodes[$primary] | Enable-PgSyncStandby $others -Method Any -Count 1
        Assert-Whole
    }

    It 'a directory of a foreign system identifier is refused' {
        $stranger = New-LocalServer $area $BinDirectory stranger -Start
        { $stranger | Stop-PgInstance -PassThru |
            Repair-PgStandby -Upstream $nodes[(Get-Primary)] -AllowNewClone -Confirm:$false -ErrorAction Stop } |
            Should -Throw -ErrorId 'ForeignSystemIdentifier,*'
        "$area/stranger/PG_VERSION" | Should -Exist
        "$area/stranger/standby.signal" | Should -Not -Exist
    }

    It 'HBA is left untouched, and settings are each server''s own after all that' {
        foreach ($name in 'a', 'b', 'c') {
            (Get-FileHash "$($nodes[$name].DataDirectory)/pg_hba.conf").Hash | Should -Be $hba[$name]
            Invoke-Sql $name 'show port' | Should -Be "$($nodes[$name].Port)"
            Invoke-Sql $name 'show archive_command' | Should -Match "archive-$name"
        }
    }

    It 'no password is in a log' {
        $file = Get-ChildItem "$area/b/*.pgpass", "$area/a/*.pgpass", "$area/c/*.pgpass" | Select-Object -First 1
        $password = (Get-Content $file).Split(':')[-1]
        $password.Length | Should -BeGreaterThan 8
        Find-LocalText "$area" $password | Where-Object { $_ -notlike '*.pgpass' } | Should -BeNullOrEmpty
    }
}
