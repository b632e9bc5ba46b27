#requires -Version 7.4
<#
.SYNOPSIS
    Reads the changes of many rows through Get-PgLogicalChange and through psql, by turns.
.DESCRIPTION
    Makes a table and a logical slot with test_decoding on a server whose wal_level is logical, inserts the rows in
    transactions of 1000, peeks them in a new process each time, and removes both. It prints the medians of the first pass
    of a process, during which .NET still compiles what it runs, and of the second, and the most memory that pwsh had with
    few and with all of them. The server needs the most of the time: it decodes everything before it sends the first row.
.EXAMPLE
    ./Measure-LogicalChange.ps1 127.0.0.1:9420 -Rows 1000000
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Instance,
    [ValidateRange(1, 100000000)] [int] $Rows = 1000000,
    [ValidateRange(1, 100)] [int] $Runs = 3
)

$ErrorActionPreference = 'Stop'
$manifest = (Resolve-Path "$PSScriptRoot/../../PgHa.psd1").Path
Import-Module "$PSScriptRoot/BenchmarkTools.psm1" -Force
Import-Module $manifest
$server = [PgHa.PgInstance]$Instance
$psql = 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', $server.Host, '-p', $server.Port, '-U', $server.UserName, '-d', $server.Database

function Invoke-Sql([string] $Sql) {
    & $psql[0] $psql[1..($psql.Count - 1)] -c $Sql
    if ($LASTEXITCODE -ne 0) { throw "psql failed: $Sql" }
}

# What a new pwsh needs for so many changes: how many it counted, seconds of both passes, and its peak of memory in megabytes.
function Measure-Change([int] $First) {
    $script = "
        Import-Module '$manifest'
        `$seconds = foreach (`$pass in 1, 2) {
            `$count = 0
            `$watch = [Diagnostics.Stopwatch]::StartNew()
            Get-PgLogicalChange pgha_bench '$Instance' -Peek -Timeout 600 $($First ? "-First $First" : '') | . { process { `$count++ } }
            `$watch.Elapsed.TotalSeconds
        }
        `$process = [Diagnostics.Process]::GetCurrentProcess()
        `"`$count `$seconds `$(`$process.PeakWorkingSet64 / 1MB)`""
    [double[]]((Invoke-PowerShell -Command $script) -split ' ')
}

Invoke-Sql 'create table pgha_bench (id int, name text)'
$null = $server | New-PgReplicationSlot pgha_bench -Plugin test_decoding
try {
    Invoke-Sql "do `$`$ begin for i in 1..$([math]::Ceiling($Rows / 1000)) loop insert into pgha_bench select i, 'item ' || i from generate_series(1, 1000); commit; end loop; end `$`$"
    $empty = Measure-Change 1
    $results = foreach ($run in 1..$Runs) {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        & $psql[0] $psql[1..($psql.Count - 1)] -c "select * from pg_logical_slot_peek_changes('pgha_bench', null, null)" > /dev/null
        $byPsql = $watch.Elapsed.TotalSeconds
        $count, $first, $second, $memory = Measure-Change 0
        [pscustomobject]@{ Count = $count; Psql = $byPsql; First = $first; Second = $second; Memory = $memory }
    }

    $psqlTime = Get-Median $results.Psql
    $changes = $results[0].Count
    '{0:n0} changes: psql {1:n2} s ({2:n0}/s).' -f $changes, $psqlTime, ($changes / $psqlTime)
    foreach ($pass in 'First', 'Second') {
        $time = Get-Median $results.$pass
        'PgHa, {0} pass of a process: {1:n2} s ({2:n0}/s), {3:p0} of the rate of psql.' -f $pass.ToLower(), $time, ($changes / $time), ($psqlTime / $time)
    }
    'Memory of pwsh at its peak: {0:n0} MB for {1:n0} changes, {2:n0} MB for all.' -f $empty[3], $empty[0], ($results.Memory | Measure-Object -Maximum).Maximum
}
finally {
    $server | Remove-PgReplicationSlot pgha_bench
    Invoke-Sql 'drop table pgha_bench'
}
