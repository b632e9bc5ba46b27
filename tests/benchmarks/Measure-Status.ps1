#requires -Version 7.4
<#
.SYNOPSIS
    Times a warm Get-PgReplicationStatus over the bare query, and one call for many servers over psql after psql.
.DESCRIPTION
    The bare query is what the cmdlet sends, word for word, sent through the same driver over a connection of its own.
    It and the cmdlet are alternated, so that a busy machine slows both; medians are printed. Then the cmdlet is given
    the server many times in one call, and psql runs the same statements once for each, one after another.
.EXAMPLE
    ./Measure-Status.ps1 -Instance 127.0.0.1:9420 -Runs 100
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Instance,
    [ValidateRange(1, 10000)] [int] $Runs = 60,
    [ValidateRange(1, 1000)] [int] $Servers = 100,
    [string] $Psql = 'psql'
)

$ErrorActionPreference = 'Stop'
$root = Resolve-Path "$PSScriptRoot/../.."
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

function Get-Median([double[]] $Values) {
    $sorted = $Values | Sort-Object
    ($sorted[[math]::Floor(($sorted.Count - 1) / 2)] + $sorted[[math]::Ceiling(($sorted.Count - 1) / 2)]) / 2
}

$null = 1..10 | ForEach-Object { Invoke-BareQuery; Get-PgReplicationStatus $server }
$times = foreach ($run in 1..$Runs) {
    [pscustomobject]@{ Bare = Measure-Milliseconds { Invoke-BareQuery }; Status = Measure-Milliseconds { Get-PgReplicationStatus $server } }
}
$bare, $status = (Get-Median $times.Bare), (Get-Median $times.Status)
'Medians of {0}: bare query {1:n1} ms, warm Get-PgReplicationStatus {2:n1} ms: {3:n1} ms over it, ratio {4:n2}.' -f $Runs, $bare, $status, ($status - $bare), ($status / $bare)

$many = @($server) * $Servers
$together = foreach ($run in 1..3) { Measure-Milliseconds { Get-PgReplicationStatus $many } }
$after = foreach ($run in 1..3) {
    Measure-Milliseconds {
        foreach ($one in $many) {
            & $Psql -X -q -A -t -w -h $address -p $one.Port -U $one.UserName -d $one.Database -c $sql
            if ($LASTEXITCODE -ne 0) { throw 'psql failed.' }
        }
    }
}
$together, $after = (Get-Median $together), (Get-Median $after)
'{0} servers: in one call {1:n0} ms, psql after psql {2:n0} ms: ratio {3:n2}.' -f $Servers, $together, $after, ($together / $after)
