#requires -Version 7.4
<#
.SYNOPSIS
    Times a change of primary with PgHa, repmgr and Patroni, and prints the figures side by side.
.DESCRIPTION
    One after the other, each on a cluster of its own that is removed afterwards: a primary and two standbys on slots, on a tmpfs
    where there is one, with the same client. Measure-PrimaryChange.ps1, Measure-Repmgr.ps1 and Measure-Patroni.ps1 say
    what the figures are, and what a peer does otherwise. A peer that isn't installed has a column that says so.
    Debian has them in postgresql-15-repmgr, patroni, etcd-server and python3-etcd.
.EXAMPLE
    ./Compare-PrimaryChange.ps1 -Runs 3 -LoopWait 1, 10
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Runs = 10,
    [string] $BinDirectory,
    # A column of Patroni's for each of these times.
    [ValidateRange(1, 10)] [int[]] $LoopWait = 1
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/BenchmarkTools.psm1" -Force
$common = @{ Runs = $Runs; BinDirectory = $BinDirectory ? $BinDirectory : (Get-BenchmarkBinDirectory) }
$measurements = [ordered]@{
    PgHa   = { & "$PSScriptRoot/Measure-PrimaryChange.ps1" @common }
    repmgr = { & "$PSScriptRoot/Measure-Repmgr.ps1" @common }
}
foreach ($seconds in $LoopWait) {
    $measurements["Patroni, loop_wait $seconds"] = { & "$PSScriptRoot/Measure-Patroni.ps1" @common -LoopWait $seconds }.GetNewClosure()
}

$figures = [ordered]@{}
$missing = @{}
foreach ($name in $measurements.Keys) {
    try {
        $figures[$name] = @(& $measurements[$name] -WarningAction SilentlyContinue)
        $missing[$name] = 'not installed'
    }
    catch {
        Write-Warning "${name}: $_"
        $figures[$name] = @()
        $missing[$name] = 'failed'
    }
}

$titles = $figures.Values | ForEach-Object { $_.Figure } | Select-Object -Unique
$rows = foreach ($title in $titles) {
    $row = [ordered]@{ 'Median, ms' = $title }
    foreach ($name in $measurements.Keys) {
        $figure = $figures[$name] | Where-Object Figure -EQ $title
        $row[$name] = $figure ? $figure.Median : $figures[$name] ? '–' : $missing[$name]
    }
    [pscustomobject]$row
}
$rows | Format-Table -AutoSize
foreach ($name in $measurements.Keys) {
    foreach ($figure in $figures[$name]) { "${name}: $($figure.Figure): $($figure.Raw)$($figure.Note ? " ($($figure.Note))" : '')" }
}
