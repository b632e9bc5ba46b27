# What depends on a major's own files and defaults, on every major of the run: a plan, and the removal of what was made.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)
}

Describe 'New-PgCluster -WhatIf on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $ports = Get-PgHaTestPort -Count 6
        $definition = Import-PowerShellDataFile "$PSScriptRoot/../../docs/examples/reference-cluster.psd1"
        $definition.Root = "$area/cluster"
        $definition.BinDirectory = $BinDirectory
        foreach ($node in $definition.Nodes) { $node.Port = $ports[$node.Port - 9420] }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'plans the reference cluster for that major, and touches nothing' {
        $definition | Export-Clixml "$TestDrive/definition.xml"
        $command = "Import-Module '$(Get-PgHaTestModule)'; Import-Clixml '$TestDrive/definition.xml' | New-PgCluster -WhatIf"
        $plan = & (Get-PgHaTestPowerShell) -NoProfile -NonInteractive -Command $command | Out-String -Width 500

        $plan | Should -Match "(?m)^ *1\. Initialize '[^']*/node20' with PostgreSQL $Major\b"
        foreach ($node in 20..25) { $plan | Should -Match "(?m)^ +node$node\b" }
        $plan | Should -Match "Let commits wait for 's1'"
        "$area/cluster" | Should -Not -Exist
    }
}

Describe 'Remove-PgInstance on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll { $area = New-PgHaTestArea }
    AfterAll { $area | Remove-PgHaTestArea }

    It 'removes what New-PgInstance made and nobody started' {
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name fresh
        $server | Remove-PgInstance -WhatIf
        $server.DataDirectory | Should -Exist
        $server | Remove-PgInstance -Confirm:$false
        $server.DataDirectory | Should -Not -Exist
    }

    It 'removes a running server with its tablespace, by force only' {
        $server = New-LocalServer -Area $area -BinDirectory $BinDirectory -Name old -Start
        $tablespace = New-PgHaTestArea
        try {
            Invoke-LocalSql $server "create tablespace fast location '$tablespace'" $ToolsDirectory
            $server | Remove-PgInstance -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failed
            $failed.FullyQualifiedErrorId | Should -Be 'InstanceRunning,PgHa.Commands.RemovePgInstanceCommand'
            $server | Remove-PgInstance -Force -Confirm:$false

            $server.DataDirectory | Should -Not -Exist
            Get-ChildItem $tablespace | Should -BeNullOrEmpty
        }
        finally { $tablespace | Remove-PgHaTestArea }
    }
}
