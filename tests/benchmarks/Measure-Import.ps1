#requires -Version 7.4
<#
.SYNOPSIS
    Times Import-Module PgHa over a bare pwsh, and the first Get-PgReplicationStatus of a session.
.DESCRIPTION
    Bare and importing processes are alternated; medians are printed. With -Instance, each importing process also
    asks that server for its status once, and once more warm.
.EXAMPLE
    ./Measure-Import.ps1 -Runs 10 -Instance 127.0.0.1:9420
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Runs = 10,
    [string] $Instance
)

$ErrorActionPreference = 'Stop'
$manifest = (Resolve-Path "$PSScriptRoot/../../PgHa.psd1").Path
$status = $Instance ? @"
`$watch = [Diagnostics.Stopwatch]::StartNew(); `$null = Get-PgReplicationStatus '$Instance'; `$first = `$watch.Elapsed.TotalMilliseconds
`$watch.Restart(); `$null = Get-PgReplicationStatus '$Instance'; "`$first `$(`$watch.Elapsed.TotalMilliseconds)"
"@ : ''

function Get-Median([double[]] $Values) {
    $sorted = $Values | Sort-Object
    ($sorted[[math]::Floor(($sorted.Count - 1) / 2)] + $sorted[[math]::Ceiling(($sorted.Count - 1) / 2)]) / 2
}

function Measure-Process([string] $Command) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $null = pwsh -NoProfile -NonInteractive -Command $Command
    if ($LASTEXITCODE -ne 0) { throw "Failed: $Command" }
    $watch.Elapsed.TotalMilliseconds
}

$times = foreach ($run in 1..$Runs) {
    $row = [ordered]@{ Bare = Measure-Process '1'; Import = Measure-Process "Import-Module '$manifest'" }
    if ($Instance) {
        $first, $warm = (pwsh -NoProfile -NonInteractive -Command "Import-Module '$manifest'; $status") -split ' '
        $row.First, $row.Warm = [double]$first, [double]$warm
    }
    [pscustomobject]$row
}

$bare, $import = (Get-Median $times.Bare), (Get-Median $times.Import)
'Medians of {0}: bare pwsh {1:n0} ms, with PgHa {2:n0} ms: the import costs {3:n0} ms.' -f $Runs, $bare, $import, ($import - $bare)
if ($Instance) {
    'Get-PgReplicationStatus: first of a session {0:n0} ms, the next {1:n1} ms.' -f (Get-Median $times.First), (Get-Median $times.Warm)
}
