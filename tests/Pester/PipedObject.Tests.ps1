# What is piped in comes to the parameter that takes it: a server, a cluster or a definition, as it is or as what CliXml, JSON or
# another PowerShell has left of it. Nobody answers at the addresses here.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)

    # What a cmdlet must have besides its subject, so that it gets as far as its work.
    $needed = @{
        'Switch-PgPrimary' = @{ To = 'b' }
        'Clear-PgArchive' = @{ ArchiveDirectory = '/nope' }
        'Export-PgClusterReport' = @{ Path = 'report.html' }
    }
    $kinds = @{ Instance = 'PgHa.PgInstance'; Cluster = 'PgHa.PgCluster'; Definition = 'PgHa.ClusterDefinition' }
    $ways = 'the object itself', 'CliXml', 'a job', 'a PowerShell without PgHa', 'JSON', 'JSON as a hashtable'
    $cases = foreach ($cmdlet in Get-Command -Module PgHa) {
        $piped = $cmdlet.Parameters.Values | Where-Object { $kinds[$_.Name] -and $_.Attributes.ValueFromPipeline -contains $true }
        # A cmdlet about one server alone is in other files.
        if ($piped.Name -notcontains 'Cluster' -and $piped.Name -notcontains 'Definition') { continue }
        foreach ($parameter in $piped.Name) {
            foreach ($way in $ways) { @{ Name = $cmdlet.Name; Parameter = $parameter; Way = $way; Also = $needed[$cmdlet.Name] ?? @{} } }
        }
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module (Get-PgHaTestModule)

    $ports = Get-PgHaTestPort -Count 2
    $server = [PgHa.PgInstance]"127.0.0.1:$($ports[0])"
    $system = [PgHa.SystemIdentifier]::Parse('7713708387360098258')
    Set-Content "$TestDrive/shop.json" (@{
        Name = 'shop'; Root = "$TestDrive/none"; SynchronousStandbyNames = 'ANY 1 (b)'; SynchronousCommit = 'remote_write'
        Settings = @{ work_mem = '8MB' }
        Hba = 'host shop web 10.1.0.0/16 scram-sha-256', 'hostssl shop web 2001:db8::/32 scram-sha-256', 'host shop web fe80::1/128 md5'
        Nodes = @{ Name = 'a'; Port = $ports[0]; ArchiveDirectory = 'archive' },
            @{ Name = 'b'; Port = $ports[1]; Upstream = 'a'; ApplyDelay = '5min' }
    } | ConvertTo-Json -Depth 4)
    $definition = Get-PgClusterDefinition "$TestDrive/shop.json"
    $status = [PgHa.ReplicationStatus]@{
        Server = $server; Role = 'Primary'; State = 'Running'; CurrentLsn = '0/3000148'
        Timeline = [PgHa.TimelineId]::Parse('3'); SystemIdentifier = $system
    }
    $cluster = [PgHa.PgCluster]@{
        Name = 'shop'; SystemIdentifier = $system; Definition = $definition; ObservedAt = [datetimeoffset]'2026-03-04 05:06:07 +02:00'
        Members = [PgHa.PgClusterMember[]]@(
            [PgHa.PgClusterMember]@{
                Cluster = 'shop'; Name = 'a'; Server = $server; Kind = 'Primary'; State = 'Running'
                Status = $status; SystemIdentifier = $system
            }
            [PgHa.PgClusterMember]@{
                Cluster = 'shop'; Name = 'b'; Server = "127.0.0.1:$($ports[1])"; Kind = 'Streaming'; State = 'Down'
                Upstream = 'a'; Error = 'nobody'
            }
        )
    }
    $subjects = @{ Instance = $server; Cluster = $cluster; Definition = $definition }

    function ConvertTo-Received($Value, [string] $Way) {
        switch ($Way) {
            'the object itself' { $Value }
            'CliXml' { $Value | Export-Clixml "$TestDrive/value.xml"; Import-Clixml "$TestDrive/value.xml" }
            'a job' { Start-ThreadJob { $using:Value } | Receive-Job -Wait -AutoRemoveJob }
            'a PowerShell without PgHa' {
                $text = [System.Management.Automation.PSSerializer]::Serialize($Value)
                $other = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
                try {
                    $other.AddScript(
                        'param($text) , [System.Management.Automation.PSSerializer]::Deserialize($text)').AddArgument($text).Invoke()[0]
                }
                finally { $other.Dispose() }
            }
            'JSON' { $Value | ConvertTo-Json -Depth 10 | ConvertFrom-Json }
            'JSON as a hashtable' { $Value | ConvertTo-Json -Depth 10 | ConvertFrom-Json -AsHashtable }
        }
    }
}

Describe '<Name>' -ForEach $cases {
    It 'takes for its <Parameter> what came by way of <Way>' {
        $piped = ConvertTo-Received $subjects[$Parameter] $Way
        $quiet = @{ ErrorVariable = 'failed'; ErrorAction = 'SilentlyContinue'; WarningAction = 'SilentlyContinue' }
        if ((Get-Command $Name).Parameters.ContainsKey('WhatIf')) { $quiet.WhatIf = $true }
        Push-Location $TestDrive
        try { $piped | & $Name @Also @quiet | Out-Null }
        catch { $failed = $_ }
        finally { Pop-Location }

        $failed.FullyQualifiedErrorId |
            Where-Object { $_ -match '^(ParameterArgument|ParameterBinding|InputObjectNotBound|AmbiguousParameterSet|CannotConvert)' } |
            Should -BeNullOrEmpty -Because "$failed"
    }
}

Describe 'A cluster by way of <_>' -ForEach 'a PowerShell without PgHa', 'JSON', 'JSON as a hashtable' {
    It 'is drawn as it was' {
        ConvertTo-Received $cluster $_ | Show-PgCluster | Should -Be ($cluster | Show-PgCluster)
    }

    It 'has the same metrics' {
        $lines = { $_ -notmatch '^#|lag_seconds|timestamp' }
        (ConvertTo-Received $cluster $_ | Export-PgMetric) -split "`n" | Where-Object $lines |
            Should -Be (($cluster | Export-PgMetric) -split "`n" | Where-Object $lines)
    }
}

Describe 'A definition by way of <_>' -ForEach 'CliXml', 'a PowerShell without PgHa', 'JSON', 'JSON as a hashtable' {
    It 'has the same rules, also those with IPv6 addresses' {
        $plan = ConvertTo-Received $definition $_ | Export-PgClusterDiagram -As Mermaid
        $plan | Should -Be ($definition | Export-PgClusterDiagram -As Mermaid)
        $copy = [PgHa.Commands.ClusterDefinitionTransformationAttribute]::new().Transform(
            $ExecutionContext, (ConvertTo-Received $definition $_))
        $copy.Hba | ForEach-Object ToString | Should -Be ($definition.Hba | ForEach-Object ToString)
    }
}

Describe 'A rule by way of <Way>' -ForEach @{ Way = 'CliXml' }, @{ Way = 'JSON' } {
    It 'is the rule that it was: <Line>' -ForEach @(
        @{ Line = 'host all all 10.0.0.0/8 scram-sha-256' }, @{ Line = 'hostssl shop web 2001:db8::/32 scram-sha-256' },
        @{ Line = 'host "all" +staff ::1/128 md5' }, @{ Line = 'host all all 10.0.0.0 255.0.255.0 reject' },
        @{ Line = 'local all postgres peer map=pgha' }, @{ Line = 'host all all .example.org ident' }
    ) {
        $rule = [PgHa.PgHbaRule]::new($server, 7, [PgHa.HbaRule]::Parse($Line))
        $piped = ConvertTo-Received $rule $Way

        [PgHa.Commands.HbaRuleTransformationAttribute]::new().Transform($ExecutionContext, $piped) | Should -Be $rule.Rule
        ([PgHa.PgHbaRule]$piped).Rule | Should -Be $rule.Rule
        $piped | Remove-PgHbaRule -WhatIf -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.FullyQualifiedErrorId | Should -Not -BeLike 'ParameterArgument*'
    }
}

Describe 'A part of a server by way of <Way>' -ForEach @{ Way = 'CliXml' }, @{ Way = 'a PowerShell without PgHa' }, @{ Way = 'JSON' } {
    It 'is taken with its name by <Name>' -ForEach @(
        @{ Name = 'Reset-PgSetting'; Part = { [PgHa.PgSetting]@{ Server = $server; Name = 'work_mem'; Value = '8MB'; Type = 'Integer' } } }
        @{
            Name = 'Remove-PgReplicationSlot'
            Part = { [PgHa.ReplicationSlot]@{ Server = $server; Name = 'standby'; Type = 'Physical'; RestartLsn = '0/3000148' } }
        }
        @{
            Name = 'Copy-PgReplicationSlot'
            Part = { [PgHa.ReplicationSlot]@{ Server = $server; Name = 'standby'; Type = 'Physical'; RestartLsn = '0/3000148' } }
            Also = @{ NewName = 'other' }
        }
        @{
            Name = 'Remove-PgReplicationOrigin'
            Part = { [PgHa.ReplicationOrigin]@{ Server = $server; Name = 'other'; Id = 1; RemoteLsn = '0/3000148' } }
        }
        @{
            Name = 'Resume-PgNode'
            Part = {
                [PgHa.SuspendedNode]@{ Server = [PgHa.PgInstance]@{ Name = 'b'; DataDirectory = "$TestDrive/none" }; Upstream = $server }
            }
        }
    ) {
        $options = $Also ?? @{}
        ConvertTo-Received (& $Part) $Way | & $Name @options -WhatIf -ErrorVariable failed -ErrorAction SilentlyContinue

        @($failed)[0].FullyQualifiedErrorId | Should -Match '^(ServerUnreachable|NotADataDirectory),'
    }
}

Describe 'What nothing takes' {
    It 'is told by name: a cluster where a server is wanted' {
        { $cluster | Get-PgReplicationStatus -ErrorAction Stop } |
            Should -Throw '*A cluster is no server.*' -ErrorId 'ParameterArgumentTransformationError,*'
    }

    It 'is told by name: a server where a definition is wanted' {
        { ConvertTo-Received $server 'JSON' | New-PgCluster -WhatIf -ErrorAction Stop } |
            Should -Throw '*A server is no cluster definition.*' -ErrorId 'ParameterArgumentTransformationError,*'
    }

    It 'is told how JSON keeps a cluster whole' {
        $cut = $cluster | ConvertTo-Json -Depth 1 -WarningAction SilentlyContinue | ConvertFrom-Json

        { $cut | Show-PgCluster -ErrorAction Stop } |
            Should -Throw '*ConvertTo-Json -Depth 10*' -ErrorId 'ParameterArgumentTransformationError,*'
    }
}
