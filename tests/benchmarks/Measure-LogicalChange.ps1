#requires -Version 7.4
<#
.SYNOPSIS
    Reads the changes of many rows through Get-PgLogicalChange and through psql, by turns.
.DESCRIPTION
    Makes a table and a logical slot with test_decoding on a server whose wal_level is logical, inserts the rows in
    transactions of 1000, peeks them in a new process each time (the clock starts after 20,000, when .NET has compiled what
    it runs), prints medians and the most memory that pwsh had with few and with all of them, and removes both. The server needs the most of it: it decodes everything before it
    sends the first row.
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
Import-Module $manifest
$server = [PgHa.PgInstance]$Instance
$psql = 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', $server.Host, '-p', $server.Port, '-U', $server.UserName, '-d', $server.Database

function Invoke-Sql([string] $Sql) {
    & $psql[0] $psql[1..($psql.Count - 1)] -c $Sql
    if ($LASTEXITCODE -ne 0) { throw "psql failed: $Sql" }
}

function Get-Median([double[]] $Values) {
    $sorted = $Values | Sort-Object
    ($sorted[[math]::Floor(($sorted.Count - 1) / 2)] + $sorted[[math]::Ceiling(($sorted.Count - 1) / 2)]) / 2
}

# What a new pwsh needs for so many changes: how many it counted, seconds, and its peak of memory in megabytes.
function Measure-Change([int] $First) {
    $script = "
        Import-Module '$manifest'
        Get-PgLogicalChange pgha_bench '$Instance' -Peek -First 20000 | Out-Null
        `$count = 0
        `$watch = [Diagnostics.Stopwatch]::StartNew()
        Get-PgLogicalChange pgha_bench '$Instance' -Peek -Timeout 600 $($First ? "-First $First" : '') | . { process { `$count++ } }
        `$seconds = `$watch.Elapsed.TotalSeconds
        `$process = [Diagnostics.Process]::GetCurrentProcess()
        `"`$count `$seconds `$(`$process.PeakWorkingSet64 / 1MB)`""
    [double[]]((pwsh -NoProfile -NonInteractive -Command $script) -split ' ')
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
        $count, $byPgHa, $memory = Measure-Change 0
        [pscustomobject]@{ Count = $count; Psql = $byPsql; PgHa = $byPgHa; Memory = $memory }
    }

    $psqlTime, $pghaTime = (Get-Median $results.Psql), (Get-Median $results.PgHa)
    $changes = $results[0].Count
    '{0:n0} changes: psql {1:n2} s ({2:n0}/s), PgHa {3:n2} s ({4:n0}/s): {5:p0} of the rate of psql.' -f
        $changes, $psqlTime, ($changes / $psqlTime), $pghaTime, ($changes / $pghaTime), ($psqlTime / $pghaTime)
    'Memory of pwsh at its peak: {0:n0} MB for {1:n0} changes, {2:n0} MB for all.' -f $empty[2], $empty[0], ($results.Memory | Measure-Object -Maximum).Maximum
}
finally {
    $server | Remove-PgReplicationSlot pgha_bench
    Invoke-Sql 'drop table pgha_bench'
}
