# Suspend-PgNode and Resume-PgNode on a small cluster, seen as their users see them. That no commit waits meanwhile, and what
# happens when a step fails, is tested in the engine.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -ForScenarios
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'A standby for maintenance on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $ports = Get-PgHaTestPort -Count 4
        $definition = @{
            Name = 'suspend'
            Root = "$area"
            BinDirectory = $BinDirectory
            SynchronousStandbyNames = 'FIRST 2 (one, two)'
            Nodes = @(
                @{ Name = 'first'; Port = $ports[0] }
                @{ Name = 'one'; Port = $ports[1]; Upstream = 'first'; SlotName = 'one' }
                @{ Name = 'two'; Port = $ports[2]; Upstream = 'first'; SlotName = 'two' }
                @{ Name = 'below'; Port = $ports[3]; Upstream = 'two' }
            )
        }
        $nodes = @{}
        New-PgCluster $definition -NoSync | ForEach-Object { $nodes[$_.Name] = $_ }
        function Get-Names { Invoke-LocalSql -Server $nodes.first -Sql 'show synchronous_standby_names' -ToolsDirectory $ToolsDirectory }
        function Add-Table($Name) {
            $null = Invoke-LocalSql -Server $nodes.first -Sql "create table $Name as select 1 as i" -ToolsDirectory $ToolsDirectory
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'is refused where commits would hang, and says what to do' {
        { $nodes.one | Suspend-PgNode } | Should -Throw -ErrorId 'WouldWeakenSynchronousReplication,*'
        $Error[0].CategoryInfo.Category | Should -Be 'OperationStopped'
        $Error[0].ErrorDetails.RecommendedAction | Should -Match 'AllowFewerSyncStandbys'
        $Error[0].TargetObject.Name | Should -Be 'one'
        { $nodes.first | Suspend-PgNode } | Should -Throw -ErrorId 'NotAStandby,*'
        { $nodes.two | Suspend-PgNode } | Should -Throw '*below (streaming)*'
        Get-Names | Should -Be 'FIRST 2 (one, two)'
    }

    It 'is not touched by -WhatIf, which prints the plan' {
        $text = & (Get-PgHaTestPowerShell) -NoProfile -Command "Import-Module '$(Get-PgHaTestModule)';
            Suspend-PgNode '$($nodes.one.DataDirectory)' -AllowFewerSyncStandbys -PassThru -WhatIf" | Out-String
        $text | Should -Match "FIRST 1 \(one, two\)' instead of"
        $text | Should -Match 'Stop the server'
        $text | Should -Not -Match 'Since'
        Get-Names | Should -Be 'FIRST 2 (one, two)'
    }

    It 'emits nothing, and says what the slot may keep and what puts the names back' {
        $out = $nodes.one | Suspend-PgNode -AllowFewerSyncStandbys -WarningVariable warnings -WarningAction SilentlyContinue
        $out | Should -BeNullOrEmpty
        $warnings | Should -HaveCount 2
        $warnings[0] | Should -Match "Slot 'one' on first keeps WAL"
        Get-Names | Should -Be 'FIRST 1 (one, two)'
        Add-Table while
        $command = "$($warnings[1])" -replace '.*: (?=Resume-PgNode)'
        Invoke-Expression "$command -Confirm:`$false"
        Get-Names | Should -Be 'FIRST 2 (one, two)'
        Add-Table again
    }

    It 'comes back by what was emitted, also through <Format>' -ForEach @(
        @{ Format = 'the pipeline'; Carry = { $args[0] } }
        @{ Format = 'JSON'; Carry = { $args[0] | ConvertTo-Json -Depth 5 | ConvertFrom-Json } }
        @{ Format = 'CliXml'; Carry = { $args[0] | Export-Clixml $TestDrive/away.xml; Import-Clixml $TestDrive/away.xml } }
    ) {
        $away = $nodes.one | Suspend-PgNode -AllowFewerSyncStandbys -PassThru -WarningAction SilentlyContinue
        $away | Should -BeOfType PgHa.SuspendedNode
        $away.Server | Should -Be $nodes.one
        $away.Upstream.Name, $away.SlotName, $away.SyncStandbyNames, $away.ReducedNames |
            Should -Be 'first', 'one', 'FIRST 2 (one, two)', 'FIRST 1 (one, two)'
        ($away | Out-String -Width 100) | Should -Match 'one +\d{4}-\d\d-\d\d \d\d:\d\d +first +one '
        & $Carry $away | Resume-PgNode
        Get-Names | Should -Be 'FIRST 2 (one, two)'
    }

    It 'comes back with another, in either order, and as many confirm as before' {
        $nodes.below | Set-PgUpstream $nodes.first
        foreach ($order in (0, 1), (1, 0)) {
            $away = $nodes.one, $nodes.two | Suspend-PgNode -AllowFewerSyncStandbys -PassThru -WarningAction SilentlyContinue
            Get-Names | Should -BeNullOrEmpty
            $away[$order] | Resume-PgNode -WarningVariable warnings -WarningAction SilentlyContinue
            $warnings | Should -BeNullOrEmpty
            Get-Names | Should -Be 'FIRST 2 (one, two)'
        }
        $nodes.below | Set-PgUpstream $nodes.two
    }

    It 'needs nothing else where the others suffice' {
        $nodes.first | Set-PgSetting @{ synchronous_standby_names = 'ANY 1 (one, two)' }
        $away = $nodes.one | Suspend-PgNode -PassThru -WarningAction SilentlyContinue
        $away.SyncStandbyNames | Should -BeNullOrEmpty
        Get-Names | Should -Be 'ANY 1 (one, two)'
        Add-Table suffice
        # Once more, it is so already; and an instance does as well as what was emitted.
        $nodes.one | Suspend-PgNode -PassThru -WarningAction SilentlyContinue | Should -Not -BeNullOrEmpty
        $back = $nodes.one | Resume-PgNode -PassThru
        $back | Should -Be $nodes.one
        Invoke-LocalSql -Server $nodes.one -Sql 'select count(*) from suffice' -ToolsDirectory $ToolsDirectory | Should -Be '1'
    }

    It 'is taken out with those below it only if that is accepted' {
        $nodes.two | Suspend-PgNode -AllowCascadeInterruption -WarningAction SilentlyContinue
        Add-Table cascade
        $nodes.two | Resume-PgNode
        $nodes.below | Wait-PgReplication
        Invoke-LocalSql -Server $nodes.below -Sql 'select count(*) from cascade' -ToolsDirectory $ToolsDirectory | Should -Be '1'
    }

    It 'is told by its place in the cascade' {
        $away = $nodes.below | Suspend-PgNode -PassThru -WarningVariable warnings -WarningAction SilentlyContinue
        $away.Upstream.Name, $away.Primary.Name | Should -Be 'two', 'first'
        $warnings | Should -HaveCount 1
        $warnings | Should -Match 'neither a slot on two nor an archive'
        $away | Resume-PgNode
    }

    It 'refuses names that are none' {
        { Resume-PgNode $nodes.one -SyncStandbyNames 'FIRST 2 (one' } | Should -Throw -ErrorId 'MalformedText,*'
    }
}
