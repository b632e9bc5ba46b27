# Three nodes that archive, for the files of scenarios: a, and b and c that stream from it through slots.

Set-StrictMode -Version Latest
Import-Module $PSScriptRoot/PgHaTest.psm1
Import-Module $PSScriptRoot/LocalServer.psm1
Import-Module (Get-PgHaTestModule)

<#
.SYNOPSIS
Builds the cluster; a hashtable of its servers by name.
#>
function New-ScenarioCluster {
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)] [IO.DirectoryInfo] $Area,
        [Parameter(Mandatory)] [string] $BinDirectory,
        [string] $SynchronousStandbyNames = 'ANY 1 (b, c)',
        [hashtable] $Settings = @{}
    )
    $ports = Get-PgHaTestPort -Count 3
    $definition = @{
        Name = 'scenario'; Root = "$Area"; BinDirectory = $BinDirectory
        ReplicationRole = 'replicator'
        SynchronousStandbyNames = $SynchronousStandbyNames
        Settings = @{ wal_log_hints = 'on'; wal_retrieve_retry_interval = '1s' } + $Settings
        Nodes = @(
            @{ Name = 'a'; Port = $ports[0]; ArchiveDirectory = 'archive-a' }
            @{ Name = 'b'; Port = $ports[1]; Upstream = 'a'; SlotName = 'b'; ArchiveDirectory = 'archive-b' }
            @{ Name = 'c'; Port = $ports[2]; Upstream = 'a'; SlotName = 'c'; ArchiveDirectory = 'archive-c' }
        )
    }
    $nodes = @{}
    New-PgCluster $definition -NoSync -ErrorAction Stop | ForEach-Object { $nodes[$_.Name] = $_ }
    $nodes
}

<#
.SYNOPSIS
Waits until something is so; fails when it is not within 30 seconds.
#>
function Wait-Scenario([scriptblock] $Until) {
    $deadline = [DateTime]::UtcNow.AddSeconds(30)
    while (-not (& $Until)) {
        if ([DateTime]::UtcNow -gt $deadline) { throw "It did not come to be: $Until" }
        Start-Sleep -Milliseconds 100
    }
}

<#
.SYNOPSIS
Starts psql with one statement and does not wait for its end.
#>
function Start-ScenarioSql {
    [OutputType([Diagnostics.Process])]
    param([Parameter(Mandatory)] $Server, [Parameter(Mandatory)] [string] $Sql, [Parameter(Mandatory)] [string] $ToolsDirectory)
    $arguments = '-X', '-q', '-h', $Server.SocketDirectory, '-p', $Server.Port, '-U', 'postgres', '-d', 'postgres', '-c', "`"$Sql`""
    Start-Process "$ToolsDirectory/psql" -ArgumentList $arguments -PassThru -RedirectStandardOutput ([IO.Path]::GetTempFileName())
}
