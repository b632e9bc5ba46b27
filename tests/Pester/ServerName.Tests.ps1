# Servers by their names and paths, completion, and values as PostgreSQL spells them.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)
    $majors = Get-PgHaTestMajor -OfEachEra
}

Describe 'A server by name on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module (Get-PgHaTestModule)
        $area = New-PgHaTestArea
        $port = Get-PgHaTestPort
        # Other tests of this machine have servers too.
        $name = "named_$port"
        $server = New-PgInstance $name -DataDirectory "$area/$name" -Port $port -BinDirectory $BinDirectory -NoSync -Trust |
            Start-PgInstance -PassThru
        # A completer gives up after a second, and a busy machine needs more for the first one.
        function Get-Completed([string] $Text) {
            foreach ($attempt in 1..5) {
                $found = (TabExpansion2 $Text $Text.Length).CompletionMatches.CompletionText
                if ($found) { return $found }
            }
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'is found in any case, and as the first argument' {
        (Get-PgSystemIdentity $name).Server.Port | Should -Be $port
        (Get-PgReplicationStatus $name.ToUpperInvariant()).Server.DataDirectory | Should -Be $server.DataDirectory
        (Get-PgCluster $name).Members.Server.Port | Should -Be $port
        Show-PgCluster $name | Select-Object -Skip 1 -First 1 | Should -BeLike "*primary*$port*"
    }

    It 'is asked for where the name is misspelt' {
        Get-PgSystemIdentity "$($name)x" -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty

        $failed.FullyQualifiedErrorId | Should -Be 'ServerUnreachable,PgHa.Commands.GetPgSystemIdentityCommand'
        "$failed" | Should -BeLike "*there is no host '$($name)x'*Did you mean*$name*"
    }

    It 'is not found at a path without a server' {
        $id = 'ParameterArgumentTransformationError,PgHa.Commands.GetPgSystemIdentityCommand'
        { Get-PgSystemIdentity /nope } | Should -Throw "*There is no directory '/nope'*" -ErrorId $id
        { Get-PgSystemIdentity "$area" } | Should -Throw "*neither a data directory*" -ErrorId $id
    }

    It 'is not looked for in a folder that is missing' {
        Get-PgInstance -Path /nope -ErrorVariable failed -ErrorAction SilentlyContinue

        $failed.FullyQualifiedErrorId | Should -Be 'DirectoryNotFound,PgHa.Commands.GetPgInstanceCommand'
        $failed.CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'completes names of its settings, also piped in and as a table' {
        Get-Completed "Get-PgSetting -Instance '127.0.0.1:$port' wal_lev" | Should -Be 'wal_level'
        $global:PgHaTestServer = $server
        try {
            Get-Completed '$PgHaTestServer | Get-PgSetting wal_lev' | Should -Be 'wal_level'
            Get-Completed '$PgHaTestServer | Set-PgSetting wal_lev' | Should -Be "@{ wal_level = 'replica' }"
        }
        finally { Remove-Variable PgHaTestServer -Scope Global }
    }

    # Not by a name: to find one takes longer than Tab waits where the servers of all tests run.
    It 'completes a setting of what stands at the beginning of the pipeline: <_>' -ForEach '$PgHaTestServer', '$PgHaTestServers[1]',
        '$PgHaTestTable.Server', '$PgHaTestTable.Servers[0]' {
        $global:PgHaTestServer = $server
        $global:PgHaTestServers = $null, $server
        $global:PgHaTestTable = @{ Server = $server; Servers = @($server) }
        try {
            Get-Completed "$_ | Get-PgSetting wal_lev" | Should -Be 'wal_level'
        }
        finally { Remove-Variable PgHaTestServer, PgHaTestServers, PgHaTestTable -Scope Global }
    }

    It 'runs nothing of the pipeline to complete' {
        $global:PgHaTestCalls = 0
        function global:Get-PgHaTestServer { $global:PgHaTestCalls++; '127.0.0.1' }
        try {
            Get-Completed '(Get-PgHaTestServer) | Get-PgSetting wal_lev' | Should -BeNullOrEmpty
            $global:PgHaTestCalls | Should -Be 0
        }
        finally { Remove-Variable PgHaTestCalls -Scope Global; Remove-Item function:Get-PgHaTestServer }
    }

    It 'completes databases and roles of rules' {
        Get-Completed "Add-PgHbaRule -Instance '127.0.0.1:$port' -Database " | Should -Be 'all', 'replication', 'postgres', 'template1'
        Get-Completed "Add-PgHbaRule -Instance '127.0.0.1:$port' -Database all -User po" | Should -Be 'postgres'
        Get-Completed "Add-PgHbaRule -Instance '127.0.0.1:$port' -Database all -User a" | Should -Be 'all'
        Get-Completed "Add-PgHbaRule -Instance '127.0.0.1:$port' -Type HostS" | Should -Be 'HostSsl'
        Get-Completed "Add-PgHbaRule -Instance '127.0.0.1:$port' -Method Scram" | Should -Be 'ScramSha256'
    }

    It 'completes slots, also those of an upstream' {
        $server | New-PgReplicationSlot for_standby | Out-Null
        Get-Completed "Remove-PgReplicationSlot -Instance '127.0.0.1:$port' for" | Should -Be 'for_standby'
        Get-Completed "Set-PgUpstream -Upstream '127.0.0.1:$port' -SlotName for" | Should -Be 'for_standby'
        Get-Completed "Repair-PgStandby -Upstream '127.0.0.1:$port' -SlotName for" | Should -Be 'for_standby'
        Get-Completed "Set-PgRecoveryConf -Upstream '127.0.0.1:$port' -SlotName for" | Should -Be 'for_standby'
        $server | Remove-PgReplicationSlot for_standby
    }

    It 'has the settings reset that are piped in' {
        $server | Set-PgSetting @{ work_mem = '8MB' }
        $server | Get-PgSetting work_mem | Reset-PgSetting

        (Get-PgSetting work_mem $server).Value | Should -Be '4MB'
        { $server | Reset-PgSetting -ErrorAction Stop } | Should -Throw -ErrorId 'NoSettingNamed,PgHa.Commands.ResetPgSettingCommand'
    }

    It 'gives the settings that are piped in another value' {
        $server | Get-PgSetting work_mem, maintenance_work_mem | Set-PgSetting -Value 9MB

        (Get-PgSetting work_mem, maintenance_work_mem $server).Value | Should -Be '9MB', '9MB'
        $server | Get-PgSetting work_mem | Reset-PgSetting maintenance_work_mem
        (Get-PgSetting maintenance_work_mem, work_mem $server).Value | Should -Be '64MB', '9MB' -Because 'a name that is given counts'
        $server | Get-PgSetting maintenance_work_mem | Set-PgSetting -Name work_mem -Value 4MB
        (Get-PgSetting maintenance_work_mem, work_mem $server).Value | Should -Be '64MB', '4MB'
        $server | Reset-PgSetting work_mem
        { $server | Set-PgSetting -Value 9MB -ErrorAction Stop } |
            Should -Throw -ErrorId 'NoSettingNamed,PgHa.Commands.SetPgSettingCommand'
    }

    It 'takes and shows a method as pg_hba.conf has it' {
        $rule = Add-PgHbaRule -Instance $server -Database all -User all -Address 10.2.0.0/16 -Method scram-sha-256

        $rule.Method | Should -Be ScramSha256
        $rule | Format-Table | Out-String | Should -BeLike '*host*10.2.0.0/16*scram-sha-256*'
        $rule | Remove-PgHbaRule
    }
}

Describe 'The candidate' {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module (Get-PgHaTestModule)
        # A completer gives up after a second, and a busy machine needs more for the first one.
        function Get-Completed([string] $Text) {
            foreach ($attempt in 1..5) {
                $found = (TabExpansion2 $Text $Text.Length).CompletionMatches.CompletionText
                if ($found) { return $found }
            }
        }
        Set-Content "$TestDrive/shop.psd1" "@{ Name = 'shop'; Root = '/srv/none'; Nodes = @{ Name = 'node20' },
            @{ Name = 'node23'; Port = 5433; Upstream = 'node20' }, @{ Name = 'node25'; Port = 5434; Upstream = 'node20' } }"
        $global:PgHaTestDefinition = Get-PgClusterDefinition "$TestDrive/shop.psd1"
        $global:PgHaTestCluster = [PgHa.PgCluster]@{
            Name = 'shop'
            Members = [PgHa.PgClusterMember[]]@(
                [PgHa.PgClusterMember]@{ Cluster = 'shop'; Name = 'node20'; Kind = 'Primary' }
                [PgHa.PgClusterMember]@{ Cluster = 'shop'; Name = 'node23'; Kind = 'Streaming' }
            )
        }
    }

    AfterAll { Remove-Variable PgHaTestDefinition, PgHaTestCluster -Scope Global }

    It 'is completed from a definition by <_>' -ForEach 'Switch-PgPrimary', 'Invoke-PgFailover', 'Restart-PgCluster' {
        Get-Completed "`$PgHaTestDefinition | $_ -Candidate " | Should -Be 'node23', 'node25'
        Get-Completed "$_ -Definition `$PgHaTestDefinition -Candidate node25" | Should -Be 'node25'
        Push-Location $TestDrive
        try { Get-Completed "$_ -Definition ./shop.psd1 -Candidate node2" | Should -Be 'node23', 'node25' }
        finally { Pop-Location }
    }

    It 'is completed from a cluster by <_>' -ForEach 'Switch-PgPrimary', 'Invoke-PgFailover', 'Restart-PgCluster' {
        Get-Completed "`$PgHaTestCluster | $_ -Candidate " | Should -Be 'node23'
        Get-Completed "$_ -Cluster `$PgHaTestCluster -Candidate n" | Should -Be 'node23'
        # The name that the parameter had before.
        Get-Completed "$_ -Cluster `$PgHaTestCluster -To n" | Should -Be 'node23'
    }
}
