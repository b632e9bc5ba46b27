# A cluster that PgHa never made, built by the runbook's bash script alone: it is discovered, exported, compared and tested.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $fifteen = Get-PgHaTestMajor | Where-Object Major -EQ 15
}

Describe 'A cluster built by a bash script' -ForEach $fifteen {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module (Get-PgHaTestModule)
        $script = "$PSScriptRoot/../benchmarks/runbook.sh"
        $area = New-PgHaTestArea
        $port = (Get-PgHaTestPort -Count 6)[0]
        bash $script build "$area/cluster" $port $ToolsDirectory
        if ($LASTEXITCODE -ne 0) { throw 'the script failed' }
        $replicator = 'foo'
    }

    AfterAll {
        if ($area) { bash $script remove "$area/cluster" $ToolsDirectory }
        $area | Remove-PgHaTestArea
    }

    It 'is discovered from any member' {
        foreach ($start in 0, 3, 4, 5) {
            $cluster = Get-PgCluster "127.0.0.1:$($port + $start)"
            $cluster.Members | ForEach-Object ToString | Should -Be @(
                'node20: Running', 'node21: Restoring from node20', 'node22: Streaming from node20', 'node23: Streaming from node20',
                'node24: Streaming from node23', 'node25: Streaming from node20')
            $cluster.Members.IsHot | Should -Be $true, $false, $false, $true, $true, $true
            $cluster.Find('node25').SyncState | Should -Be 'Sync'
            $cluster.Find('node23').SlotName | Should -Be 'node_slot_23'
            $cluster.Primary.Name | Should -Be 'node20'
        }
    }

    It 'is shown in a hundred columns' {
        $lines = (Get-PgCluster "127.0.0.1:$port" | Out-String -Width 100) -split "`n"
        $lines -match '^node25\s+standby\s+node20\s+streaming, sync\s+1\s' | Should -HaveCount 1
        $lines -match '^node21\s+cold standby\s+archive of node20\s+restoring\s+1\s' | Should -HaveCount 1
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 100
    }

    It 'is exported as what the script does' {
        Export-PgCluster "127.0.0.1:$port" -Name runbook -Path "$TestDrive/runbook.psd1" -WarningVariable warnings
        $warnings | Should -BeNullOrEmpty
        $definition = Get-PgClusterDefinition "$TestDrive/runbook.psd1"
        $definition.Nodes | ForEach-Object ToString | Should -Be @(
            'node20 (primary)', 'node21 (standby fed from the archive of node20)', 'node22 (standby of node20)',
            'node23 (standby of node20)',
            'node24 (standby of node23)', 'node25 (standby of node20)')
        $definition.Nodes.Port | Should -Be ($port..($port + 5))
        $definition.Nodes.DataDirectory | Should -Be (20..25 | ForEach-Object { "$area/cluster/node$_" })
        $definition.Nodes.HotStandby | Should -Be $true, $false, $false, $true, $true, $true
        $definition.Find('node20').ArchiveDirectory | Should -Be "$area/cluster/archive20"
        $definition.Find('node25').ArchiveDirectory | Should -Be "$area/cluster/archive25"
        $definition.Find('node25').ArchiveMode | Should -Be 'Always'
        $definition.Find('node25').ApplicationName | Should -Be 's1'
        $definition.Find('node23').SlotName | Should -Be 'node_slot_23'
        $definition.ReplicationRole | Should -Be 'foo'
        "$($definition.SynchronousStandbyNames)" | Should -Be 'FIRST 1 (s1)'
        $definition.Nodes.Slots | Should -BeNullOrEmpty
    }

    It 'is as it was exported, and not as it was changed' {
        $definition = Export-PgCluster "127.0.0.1:$port"
        Compare-PgCluster $definition | Should -BeNullOrEmpty
        $definition | Compare-PgCluster | Should -BeNullOrEmpty
        Sync-PgCluster $definition -WhatIf *>&1 | Should -BeNullOrEmpty

        "127.0.0.1:$($port + 3)" | Set-PgSetting @{ work_mem = '9MB' }
        $changed = Export-PgCluster "127.0.0.1:$port"
        $changed.Find('node23').Settings['work_mem'] | Should -Be '9MB'
        $changed.Settings.Keys | Should -Not -Contain 'work_mem'
        foreach ($node in 0, 4, 5) { "127.0.0.1:$($port + $node)" | Set-PgSetting @{ work_mem = '9216kB' } }
        Get-PgInstance -DataDirectory "$area/cluster/node21", "$area/cluster/node22" | Set-PgSetting @{ work_mem = '9MB' }
        (Export-PgCluster "127.0.0.1:$port").Settings['work_mem'] | Should -Be '9MB'
    }

    It 'overwrites no file unasked' {
        { Export-PgCluster "127.0.0.1:$port" -Path "$TestDrive/runbook.psd1" -ErrorAction Stop } |
            Should -Throw -ErrorId 'DefinitionExists,*'
        Export-PgCluster "127.0.0.1:$port" -Path "$TestDrive/runbook.json" -Force
        (Get-Content "$TestDrive/runbook.json" -Raw | ConvertFrom-Json).Nodes.Count | Should -Be 6
    }

    Context 'tested' {
        It 'is told that its rules trust, in each form' {
            Test-PgCluster "127.0.0.1:$port" | Should -BeFalse
            Test-PgCluster "127.0.0.1:$port" -ExcludeCheck ReplicationTrusted | Should -BeTrue
            (Test-PgCluster "127.0.0.1:$port" -Detailed | Where-Object Severity -NE Information).Check | Select-Object -Unique |
                Should -Be 'ReplicationTrusted'
            Test-PgCluster "127.0.0.1:$port" -AsNagios |
                Should -BeLike "PGHA WARNING - *trusts whoever replicates* | members=6;;;0 * 'lag_node25'=0B;;;0"
            $global:LASTEXITCODE | Should -Be 1
            Test-PgCluster "127.0.0.1:$port" -AsNagios -ExcludeCheck ReplicationTrusted |
                Should -BeLike 'PGHA OK - *6 members, primary node20 | *'
            $global:LASTEXITCODE | Should -Be 0
            Test-PgCluster 127.0.0.1:1 -AsNagios | Should -BeLike 'PGHA UNKNOWN - *'
            $global:LASTEXITCODE | Should -Be 3
        }

        It 'names what is made wrong on real servers' {
            $primary = "127.0.0.1:$port"
            $primary | Set-PgSetting @{ full_page_writes = 'off'; archive_command = '/bin/false'; autovacuum = 'off' }
            $primary | Invoke-PgWalSwitch | Out-Null
            "127.0.0.1:$($port + 3)" | Suspend-PgReplay
            $null = Get-PgInstance -DataDirectory "$area/cluster/node22" | Stop-PgInstance
            $null = "127.0.0.1:$($port + 5)" | Set-PgSetting @{ max_connections = 90 } -WarningAction Ignore
            $deadline = [DateTime]::UtcNow.AddSeconds(30)
            do {
                $checks = (Test-PgCluster -Instance $primary, "127.0.0.1:$($port + 2)" -Detailed).Check
            } until ($checks -contains 'ArchivingFails' -or [DateTime]::UtcNow -gt $deadline)
            foreach ($check in 'FullPageWritesOff', 'AutovacuumOff', 'ArchivingFails', 'ReplayPaused', 'MemberDown', 'PendingRestart') {
                $checks | Should -Contain $check
            }
            Test-PgCluster $primary -AsNagios | Should -BeLike 'PGHA CRITICAL - *'
            $global:LASTEXITCODE | Should -Be 2
        }

        It 'takes a check that there is, and one form of output' {
            { Test-PgCluster "127.0.0.1:$port" -ExcludeCheck FsyncOf -ErrorAction Stop } | Should -Throw -ErrorId 'CheckNotFound,*'
            { Test-PgCluster "127.0.0.1:$port" -Detailed -AsNagios -ErrorAction Stop } | Should -Throw -ErrorId 'ParametersExclude,*'
        }
    }
}

Describe 'A cluster of PgHa on this machine' -ForEach $fifteen {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module (Get-PgHaTestModule)
        $env:PATH = "$ToolsDirectory$([IO.Path]::PathSeparator)$env:PATH"
        $area = New-PgHaTestArea
        $port = (Get-PgHaTestPort -Count 2)[0]
        $null = New-PgCluster @{
            Name = 'own'; Root = "$area"; BinDirectory = $BinDirectory
            Nodes = @(@{ Name = 'one'; Port = $port }, @{ Name = 'two'; Port = $port + 1; Upstream = 'one' })
        } -NoSync
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'is discovered from an address that wants a password, because its socket lets the user of the server in' {
        (Get-PgCluster "127.0.0.1:$($port + 1)").Members | ForEach-Object ToString | Should -Be 'one: Running', 'two: Streaming from one'
    }

    It 'is well' {
        Test-PgCluster "127.0.0.1:$port" | Should -BeTrue
    }
}
