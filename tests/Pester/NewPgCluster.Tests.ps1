# The runbook's cluster from its definition: built, built on after a kill, and refused where something is in the way.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -OfEachEra
    # One major is enough for what is about PgHa's own end; PGHA_TEST_KILLS asks for more moments than CI has time for.
    $killMajor = @($majors | Where-Object Major -EQ 15) + $majors | Select-Object -First 1
    $count = $env:PGHA_TEST_KILLS ? [int]$env:PGHA_TEST_KILLS : 4
    $kills = 1..$count | ForEach-Object { @{ Moment = $_; Of = $count } }
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)

    # The example, moved to free ports and a directory of the test's own.
    function New-ReferenceDefinition([string] $Root, [int] $BasePort, [string] $BinDirectory) {
        $definition = Import-PowerShellDataFile "$PSScriptRoot/../../docs/examples/reference-cluster.psd1"
        $definition.Root = $Root
        $definition.BinDirectory = $BinDirectory
        foreach ($node in $definition.Nodes) { $node.Port += $BasePort - 9420 }
        $definition
    }

    function Invoke-Sql($Instance, [string] $Sql) {
        $address = '-h', $Instance.SocketDirectory, '-p', $Instance.Port, '-U', 'postgres', '-d', 'postgres'
        $out = & $ToolsDirectory/psql -X -q -A -t -v ON_ERROR_STOP=1 @address -c $Sql 2>&1
        if ($LASTEXITCODE -ne 0) { throw "psql on ${Instance}: $out" }
        $out
    }

    function Assert-ReferenceCluster($Nodes) {
        $Nodes.Name | Should -Be 'node20', 'node21', 'node22', 'node23', 'node24', 'node25'
        Invoke-Sql $Nodes[0] "select string_agg(application_name || ' ' || sync_state, ', ' order by application_name)
            from pg_stat_replication where state = 'streaming'" |
            Should -Be 'node22 async, node23 async, s1 sync'
        Invoke-Sql $Nodes[3] "select application_name from pg_stat_replication where state = 'streaming'" | Should -Be 'node24'
        Invoke-Sql $Nodes[0] "select string_agg(slot_name || ' ' || active, ', ') from pg_replication_slots" |
            Should -Be 'node_slot_23 true'
        foreach ($standby in $Nodes[3, 4, 5]) { Invoke-Sql $standby 'select pg_is_in_recovery()' | Should -Be 't' }
        (Get-PgInstance -Path (Split-Path $Nodes[0].DataDirectory)).Count | Should -Be 6
    }
}

Describe 'New-PgCluster on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $definition = New-ReferenceDefinition "$area/cluster" (Get-PgHaTestPort -Count 6)[0] $BinDirectory
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'prints the plan with -WhatIf, and touches nothing' {
        $lines = & (Get-PgHaTestPowerShell) -NoProfile -Command "Import-Module '$(Get-PgHaTestModule)';
            New-PgCluster '$PSScriptRoot/../../docs/examples/reference-cluster.psd1' -WhatIf" | Out-String
        $lines | Should -Match '1\. Initialize'
        $lines | Should -Match "Let commits wait for 's1'"
        New-PgCluster $definition -WhatIf
        Test-Path "$area/cluster" | Should -BeFalse
    }

    It 'builds the example' {
        $emitted = New-PgCluster $definition -Verbose -Debug *>&1
        $nodes = @($emitted | Where-Object { $_ -is [PgHa.PgInstance] })
        Assert-ReferenceCluster $nodes
        $password = (Get-Content "$area/cluster/node23/standby.pgpass").Split(':')[-1]
        $password.Length | Should -BeGreaterThan 30
        $emitted | Out-String -Width 500 | Should -Not -Match $password
    }

    It 'finds nothing to do the second time, and restarts nobody' {
        $before = (Get-PgInstance -Path "$area/cluster" | ForEach-Object { Get-Content "$($_.DataDirectory)/postmaster.pid" -TotalCount 1 })
        $nodes = @(New-PgCluster $definition)
        Assert-ReferenceCluster $nodes
        (Get-PgInstance -Path "$area/cluster" | ForEach-Object { Get-Content "$($_.DataDirectory)/postmaster.pid" -TotalCount 1 }) |
            Should -Be $before
    }

    It 'starts what is down and makes what is gone' {
        $node23 = Get-PgInstance -Path "$area/cluster" | Where-Object Name -EQ node23
        Get-PgInstance -Path "$area/cluster" | Where-Object Name -EQ node22 | Remove-PgInstance -Force -Confirm:$false
        $node23 | Stop-PgInstance
        $nodes = @(New-PgCluster $definition)
        Assert-ReferenceCluster $nodes
    }

    It 'refuses a definition with all its problems at once' {
        $bad = New-ReferenceDefinition "$area/bad" 20000 $BinDirectory
        $bad.Nodes[2].Port = $bad.Nodes[1].Port
        $bad.Nodes[4].Upstream = 'node99'
        $reason = { New-PgCluster $bad } | Should -Throw -PassThru
        "$reason" | Should -Match 'Port'
        "$reason" | Should -Match 'node99'
        Test-Path "$area/bad" | Should -BeFalse
    }

    It 'refuses a directory that holds something else, and leaves it alone' {
        $other = New-ReferenceDefinition "$area/other" (Get-PgHaTestPort -Count 6)[0] $BinDirectory
        New-Item -Force -ItemType Directory "$area/other/node24" | Out-Null
        Set-Content "$area/other/node24/diary.txt" 'mine'
        { New-PgCluster $other -ErrorAction Stop } | Should -Throw -ErrorId 'DirectoryNotEmpty,PgHa.Commands.NewPgClusterCommand'
        Get-Content "$area/other/node24/diary.txt" | Should -Be 'mine'
        Test-Path "$area/other/node20" | Should -BeFalse
    }
}

Describe 'Remove-PgCluster on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $port = (Get-PgHaTestPort -Count 3)[0]
        $definition = @{
            Name = 'small'; Root = "$area/small"; BinDirectory = $BinDirectory
            Nodes = @(
                @{ Name = 'a'; Port = $port; ArchiveDirectory = 'archive' }
                @{ Name = 'b'; Port = $port + 1; Upstream = 'a' }
                @{ Name = 'c'; Port = $port + 2; Upstream = 'b' })
        }
        $nodes = @(New-PgCluster $definition -NoSync)
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'removes nothing when no cluster is named' {
        { Remove-PgCluster -Confirm:$false -ErrorAction Stop } |
            Should -Throw -ErrorId 'ClusterNotNamed,PgHa.Commands.RemovePgClusterCommand'
    }

    It 'prints with -WhatIf what it would remove, and removes nothing' {
        $plan = & (Get-PgHaTestPowerShell) -NoProfile -Command "Import-Module '$(Get-PgHaTestModule)';
            '$area/small/b' | Remove-PgCluster -WhatIf" | Out-String
        $plan | Should -Match "(?s)  c\n.*1\. Stop the server, and remove '$area/small/c'.*  a\n.*remove '$area/small/a'"
        Test-Path "$area/small/c/PG_VERSION" | Should -BeTrue
    }

    It 'removes nothing at all where one directory is not provably its own' {
        New-Item -ItemType Directory "$area/small/d" | Out-Null
        Set-Content "$area/small/d/diary.txt" 'mine'
        $wider = $definition.Clone()
        $wider.Nodes += @{ Name = 'd'; Port = $port + 3; Upstream = 'a' }
        { Remove-PgCluster -Definition $wider -Confirm:$false -ErrorAction Stop } |
            Should -Throw -ErrorId 'ClusterNotProven,PgHa.Commands.RemovePgClusterCommand'
        Get-Content "$area/small/d/diary.txt" | Should -Be 'mine'
        (Get-PgInstance -Path "$area/small").Count | Should -Be 3
    }

    It 'removes the servers, and leaves the archive' {
        $nodes[1] | Stop-PgInstance
        Remove-PgCluster -Definition $definition -Confirm:$false
        foreach ($node in $nodes) { Test-Connection 127.0.0.1 -TcpPort $node.Port | Should -BeFalse }
        (Get-ChildItem "$area/small").Name | Should -Be 'archive', 'd'
        Remove-PgCluster -Definition $definition -Confirm:$false
    }
}

Describe 'New-PgCluster killed on PostgreSQL <Major>' -ForEach $killMajor {
    BeforeAll {
        $area = New-PgHaTestArea
        $definition = New-ReferenceDefinition "$area/cluster" (Get-PgHaTestPort -Count 6)[0] $BinDirectory
        $json = "$area/definition.json"
        ConvertTo-Json $definition -Depth 5 | Set-Content $json
        $started = "$area/started"

        # How long a build takes here, by which the moments are chosen.
        $watch = [Diagnostics.Stopwatch]::StartNew()
        New-PgCluster $definition | Out-Null
        $duration = $watch.Elapsed.TotalMilliseconds
        function Remove-Cluster {
            Get-PgInstance -Path "$area/cluster" | Sort-Object Port -Descending | Remove-PgInstance -Force -Confirm:$false
            Remove-Item -Recurse -Force "$area/cluster"
        }

        Remove-Cluster
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'goes on after the kill at moment <Moment> of <Of>' -ForEach $kills {
        New-Item -Force -ItemType Directory "$area/cluster/node22.pgha-incomplete.mine" | Out-Null
        Set-Content "$area/cluster/node22.pgha-incomplete.mine/diary.txt" 'mine'
        Remove-Item $started -ErrorAction Ignore
        $child = Start-PgHaTestPowerShell -OutputPath "$area/out" -Command (
            "Import-Module '$(Get-PgHaTestModule)'; New-Item '$started' | Out-Null; New-PgCluster '$json'")
        $deadline = [DateTime]::UtcNow.AddSeconds(60)
        while (-not (Test-Path $started)) {
            if ([DateTime]::UtcNow -gt $deadline) { throw "The child did not start: $(Get-Content "$area/out" -Raw)" }
            Start-Sleep -Milliseconds 5
        }

        # Over the whole of the build and a little more, a moment from each of as many parts.
        $part = $duration * 1.3 / $Of
        Start-Sleep -Milliseconds ($part * ($Moment - 1) + (Get-Random -Maximum ([int]$part + 1)))
        $child.Kill()
        $child.WaitForExit(10000) | Should -BeTrue

        $nodes = @(New-PgCluster $definition)
        Assert-ReferenceCluster $nodes
        Get-Content "$area/cluster/node22.pgha-incomplete.mine/diary.txt" | Should -Be 'mine'
        Get-ChildItem "$area/cluster" -Filter *.pgha-incomplete | Should -BeNullOrEmpty
        Remove-Cluster
    }
}
