#requires -Version 7.4
<#
.SYNOPSIS
    Times a warm Get-PgReplicationStatus over the bare query, and one call for many servers over psql after psql.
.DESCRIPTION
    The bare query is what the cmdlet sends, word for word, sent through the same driver over a connection of its own.
    It and the cmdlet are alternated, so that a busy machine slows both; medians are printed. Then the cmdlet is given
    the server many times in one call, and psql runs the same statements once for each, one after another. At last some of the servers
    answer nothing at all, as behind a broken network, and both have the same time limit for each.
.EXAMPLE
    ./Measure-Status.ps1 -Instance 127.0.0.1:9420 -Runs 100
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Instance,
    [ValidateRange(1, 10000)] [int] $Runs = 60,
    [ValidateRange(1, 1000)] [int] $Servers = 100,
    [ValidateRange(0, 100)] [int] $Unreachable = 5,
    [ValidateRange(1, 60)] [int] $Timeout = 3,
    [string] $Psql = 'psql'
)

$ErrorActionPreference = 'Stop'
$root = Resolve-Path "$PSScriptRoot/../.."
Import-Module "$PSScriptRoot/BenchmarkTools.psm1" -Force
Import-Module "$root/PgHa.psd1"
$server = (Get-PgReplicationStatus $Instance).Server
$sql = (Get-PgReplicationStatus $server -Debug 5>&1 | Where-Object { $_ -is [System.Management.Automation.DebugRecord] } |
    Select-Object -Last 1).Message.Substring("${server}: ".Length)

# The module has the driver in a load context of its own; this is the same file once more, for the bare query.
foreach ($file in 'Microsoft.Extensions.Logging.Abstractions', 'Npgsql') { $null = [Reflection.Assembly]::LoadFrom("$root/bin/private/$file.dll") }
$address = $server.SocketDirectory ? $server.SocketDirectory : $server.Host
$builder = [Npgsql.NpgsqlSlimDataSourceBuilder]::new("Host=$address;Port=$($server.Port);Username=$($server.UserName);Database=$($server.Database);Pooling=false")
$null = $builder.ConfigureTypeLoading([Action[Npgsql.NpgsqlTypeLoadingOptionsBuilder]] { $null = $args[0].EnableTypeLoading($false) })

function Invoke-BareQuery {
    $source = $builder.Build()
    $connection = $source.OpenConnection()
    $command = $connection.CreateCommand()
    $command.CommandText = $sql
    $reader = $command.ExecuteReader()
    do { while ($reader.Read()) { } } while ($reader.NextResult())
    $reader.Dispose()
    $connection.Dispose()
    $source.Dispose()
}

function Measure-Milliseconds([scriptblock] $Work) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $null = & $Work
    $watch.Elapsed.TotalMilliseconds
}

$null = 1..10 | ForEach-Object { Invoke-BareQuery; Get-PgReplicationStatus $server }
$times = foreach ($run in 1..$Runs) {
    [pscustomobject]@{ Bare = Measure-Milliseconds { Invoke-BareQuery }; Status = Measure-Milliseconds { Get-PgReplicationStatus $server } }
}
$bare, $status = (Get-Median $times.Bare), (Get-Median $times.Status)
'Medians of {0}: bare query {1:n1} ms, warm Get-PgReplicationStatus {2:n1} ms: {3:n1} ms over it, ratio {4:n2}.' -f $Runs, $bare, $status, ($status - $bare), ($status / $bare)

function Invoke-PsqlOnEach($Each) {
    foreach ($one in $Each) {
        $place = $one.SocketDirectory ? $one.SocketDirectory : $one.Host
        & $Psql -X -q -A -t -w -h $place -p $one.Port -U $one.UserName -d $one.Database -c $sql 2>&1
        if ($LASTEXITCODE -ne 0 -and $one.Port -eq $server.Port) { throw 'psql failed.' }
    }
}

$many = @($server) * $Servers
$together = foreach ($run in 1..3) { Measure-Milliseconds { Get-PgReplicationStatus $many } }
$after = foreach ($run in 1..3) { Measure-Milliseconds { Invoke-PsqlOnEach $many } }
$together, $after = (Get-Median $together), (Get-Median $after)
'{0} servers: in one call {1:n0} ms, psql after psql {2:n0} ms: ratio {3:n2}.' -f $Servers, $together, $after, ($together / $after)

if ($Unreachable -gt 0) {
    # The kernel leaves a connection unanswered where the queue of a listener is full.
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start(0)
    $held = foreach ($i in 1..4) { $client = [Net.Sockets.TcpClient]::new(); $null = $client.ConnectAsync($listener.LocalEndpoint); $client }
    try {
        $silent = [PgHa.PgInstance]"host=127.0.0.1 port=$($listener.LocalEndpoint.Port) user=postgres"
        # The last ones: whoever asks in turns comes to them last.
        $some = @($server) * ($Servers - $Unreachable) + @($silent) * $Unreachable
        $together = foreach ($run in 1..3) { Measure-Milliseconds { Get-PgReplicationStatus $some -Timeout $Timeout -ErrorAction Ignore } }
        $env:PGCONNECT_TIMEOUT = $Timeout
        $after = Measure-Milliseconds { Invoke-PsqlOnEach $some }
    }
    finally {
        $env:PGCONNECT_TIMEOUT = $null
        $held.ForEach('Dispose')
        $listener.Stop()
    }
    $together = Get-Median $together
    '{0} servers, {1} of them unreachable, each with {2} s: in one call {3:n0} ms, psql after psql {4:n0} ms: ratio {5:n2}.' -f @(
        $Servers, $Unreachable, $Timeout, $together, $after, ($together / $after))
}
