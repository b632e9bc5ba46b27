# Switch-PgPrimary, Restart-PgCluster and Invoke-PgFailover on the runbook's cluster, seen as its users see it. That no
# acknowledged row is lost, and what happens when a step fails, is tested in the engine.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    # The engine's tests change the primary on each major; here it is the commands.
    $majors = Get-PgHaTestMajor -OfEachEra
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'The primary of the reference cluster on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $definition = Import-PowerShellDataFile "$PSScriptRoot/../../docs/examples/reference-cluster.psd1"
        $definition.Root = "$area/cluster"
        $definition.BinDirectory = $BinDirectory
        $base = (Get-PgHaTestPort -Count 6)[0]
        foreach ($node in $definition.Nodes) { $node.Port += $base - 9420 }
        $nodes = @{}
        New-PgCluster $definition -NoSync | ForEach-Object { $nodes[$_.Name] = $_ }
        $cluster = $nodes.node20 | Get-PgCluster
        function Invoke-Sql($Name, $Sql) { Invoke-LocalSql -Server $nodes[$Name] -Sql $Sql -ToolsDirectory $ToolsDirectory }
        function Get-Tree {
            $nodes.node25 | Get-PgCluster | ForEach-Object Members | ForEach-Object { "$($_.Name) < $($_.Upstream)" } | Sort-Object
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'is not changed by -WhatIf, which prints the plan' {
        $text = & (Get-PgHaTestPowerShell) -NoProfile -Command "Import-Module '$(Get-PgHaTestModule)';
            Switch-PgPrimary '$($nodes.node20.DataDirectory)' -Candidate node25 -WhatIf" | Out-String
        $text | Should -Match 'node20: |node20\r?\n'
        $text | Should -Match 'Stop the server'
        $text | Should -Match 'Promote'
        Invoke-Sql node20 'select pg_is_in_recovery()' | Should -Be 'f'
    }

    It 'is not changed to a node that would archive nothing, is cascaded, or is not there' {
        { $cluster | Switch-PgPrimary -Candidate node23 } | Should -Throw -ErrorId 'CandidateDoesNotArchive,*'
        { $cluster | Switch-PgPrimary -Candidate node24 } | Should -Throw -ErrorId 'NotADirectStandby,*'
        { $cluster | Switch-PgPrimary -Candidate node52 } | Should -Throw '*no member*'
        { $cluster | Invoke-PgFailover -Confirm:$false } | Should -Throw -ErrorId 'PrimaryRuns,*'
        Invoke-Sql node20 'select pg_is_in_recovery()' | Should -Be 'f'
    }

    It 'changes to the synchronous standby, and everybody follows' {
        $null = Invoke-Sql node20 'create table before as select 1 as i'
        $after = $cluster | Switch-PgPrimary -Candidate $nodes.node25 -PassThru -Verbose *>&1 | Tee-Object -Variable all |
            Where-Object { $_ -is [PgHa.PgCluster] }
        $after.Primary.Name | Should -Be 'node25'
        Get-Tree | Should -Be 'node20 < node25', 'node21 < ', 'node22 < node25', 'node23 < node25', 'node24 < node23', 'node25 < '
        Invoke-Sql node25 'show synchronous_standby_names' | Should -Match 'node20'
        Invoke-Sql node25 "select string_agg(slot_name, ' ' order by slot_name) from pg_replication_slots where active" |
            Should -Be 'node20 node_slot_23'
        Invoke-Sql node20 'select count(*) from pg_replication_slots' | Should -Be '0'
        $null = Invoke-Sql node25 'create table after as select 1 as i'
        $nodes.node24 | Wait-PgReplication
        Invoke-Sql node24 'select count(*) from after' | Should -Be '1'
        Get-ChildItem "$area/cluster/archive25" -Filter '*.history' | Should -HaveCount 1
        $password = (Get-Content "$area/cluster/node20/standby.pgpass").Split(':')[-1]
        $all | Out-String -Width 500 | Should -Not -Match $password
    }

    It 'says that nothing is left to do the second time' {
        $messages = $nodes.node25 | Switch-PgPrimary -Candidate node25 -Verbose 4>&1 | Out-String
        $messages | Should -Match 'primary already'
    }

    It 'changes with a rolling restart, after which every server is a new process' {
        $before = $nodes.Values | ForEach-Object { (Get-Content "$($_.DataDirectory)/postmaster.pid" -TotalCount 1) }
        $after = $nodes.node25 | Restart-PgCluster -Candidate $cluster.Find('node20') -PassThru
        $after.Primary.Name | Should -Be 'node20'
        $now = $nodes.Values | ForEach-Object { (Get-Content "$($_.DataDirectory)/postmaster.pid" -TotalCount 1) }
        # The new primary was restarted while it was a standby.
        $now | Where-Object { $_ -in $before } | Should -BeNullOrEmpty
        Get-Tree | Should -Be 'node20 < ', 'node21 < ', 'node22 < node20', 'node23 < node20', 'node24 < node23', 'node25 < node20'
    }

    It 'restarts nobody where no setting waits for it' {
        $before = Get-Content "$($nodes.node20.DataDirectory)/postmaster.pid" -TotalCount 1
        $nodes.node20 | Restart-PgCluster -PendingOnly
        Get-Content "$($nodes.node20.DataDirectory)/postmaster.pid" -TotalCount 1 | Should -Be $before
    }

    It 'is replaced when it has died, by the one that has every acknowledged commit' {
        $known = $nodes.node20 | Get-PgCluster
        $null = Invoke-Sql node20 'create table last as select 1 as i'
        $nodes.node20 | Stop-PgInstance -Mode Immediate
        $after = $known | Invoke-PgFailover -Confirm:$false -PassThru -WarningAction SilentlyContinue
        $after.Primary.Name | Should -Be 'node25'
        $null = Invoke-Sql node25 'create table later as select 1 as i'
        Invoke-Sql node25 'select count(*) from last' | Should -Be '1'
        $after.Find('node23').Upstream | Should -Be 'node25'
        # Started by mistake, the old one is no second primary.
        $nodes.node20 | Start-PgInstance
        Invoke-Sql node20 'select pg_is_in_recovery()' | Should -Be 't'
    }
}
