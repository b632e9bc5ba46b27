#requires -Version 7.4
<#
.SYNOPSIS
    Times how long nobody can write while the primary of a three-node cluster changes.
.DESCRIPTION
    What the old primary wrote last and nobody acknowledged is given up (-AllowDataLoss). A client writes a row every 5 ms to
    whoever takes writes, and prints the time when each was acknowledged. A switchover costs the longest time between two
    rows; a failover is timed from the call of Invoke-PgFailover to the first row on the new primary, and a repair from the
    call of Repair-PgStandby until the old primary streams. On a tmpfs where there is one. Measure-Repmgr.ps1 and
    Measure-Patroni.ps1 take the same figures of the peers, and Compare-PrimaryChange.ps1 prints all of them side by side.
.EXAMPLE
    ./Measure-PrimaryChange.ps1 -Runs 10
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Runs = 10,
    [string] $BinDirectory
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module "$PSScriptRoot/../../PgHa.psd1"
Import-Module "$PSScriptRoot/BenchmarkTools.psm1", "$PSScriptRoot/PrimaryChange.psm1" -Force
if (-not $BinDirectory) { $BinDirectory = Get-BenchmarkBinDirectory }
$root = Get-BenchmarkRoot pgha
$writer = $null
try {
    $nodes = New-BenchmarkCluster $root $BinDirectory b, c
    $writer = Start-Writer $root $nodes.a, $nodes.b, $nodes.c
    Wait-Row $writer (Get-Now)
    $cluster = $nodes.a | Get-PgCluster
    Measure-Change $nodes $writer $Runs -Switch {
        param($to)
        $cluster | Switch-PgPrimary -Candidate $to
    } -Failover {
        param($most, $diverged)
        $cluster | Invoke-PgFailover -AllowDataLoss:$diverged -Confirm:$false -WarningAction SilentlyContinue
    } -Repair {
        param($old, $new)
        $nodes[$old] | Repair-PgStandby -Upstream $nodes[$new] -AllowDataLoss -Confirm:$false -WarningAction SilentlyContinue
    }
}
finally {
    Stop-Started $writer.Process
    Remove-BenchmarkCluster $root
}
