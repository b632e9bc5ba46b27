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
    [string] $BinDirectory,
    # The module to measure: that of another build, for figures before and after a change.
    [string] $Module = "$PSScriptRoot/../../PgHa.psd1",
    # Prints when each step began and ended.
    [switch] $Timeline
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module $Module
Import-Module "$PSScriptRoot/BenchmarkTools.psm1", "$PSScriptRoot/PrimaryChange.psm1" -Force
if (-not $BinDirectory) { $BinDirectory = Get-BenchmarkBinDirectory }
$root = Get-BenchmarkRoot pgha
$writer = $null
try {
    $nodes = New-BenchmarkCluster $root $BinDirectory b, c
    $writer = Start-Writer $root $nodes.a, $nodes.b, $nodes.c
    Wait-Row $writer (Get-Now)
    $cluster = $nodes.a | Get-PgCluster
    $common = @{ Confirm = $false; WarningAction = 'SilentlyContinue'; Verbose = [bool]$Timeline }
    $began = { param($what) if ($Timeline) { Write-Verbose "$what at $((Get-Date).ToString('HH:mm:ss.fff'))" -Verbose } }
    Measure-Change $nodes $writer $Runs -Switch {
        param($to)
        & $began "Switchover to $to"
        $cluster | Switch-PgPrimary -Candidate $to @common
        & $began 'Done'
    } -Failover {
        param($most, $diverged)
        & $began "Failover to $most"
        $cluster | Invoke-PgFailover -AllowDataLoss:$diverged @common
        & $began 'Done'
    } -Repair {
        param($old, $new)
        & $began "Repair of $old"
        $nodes[$old] | Repair-PgStandby -Upstream $nodes[$new] -AllowDataLoss @common
        & $began 'Done'
    }
}
finally {
    Stop-Started $writer.Process
    Remove-BenchmarkCluster $root
}
