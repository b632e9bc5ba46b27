#requires -Version 7.4
<#
.SYNOPSIS
    The memory of a pwsh that has built the reference cluster, beside that of a bare one.
.DESCRIPTION
    Each is a process of its own that reads its own resident memory at the end, and its peak.
.EXAMPLE
    ./Measure-Memory.ps1 -Runs 3
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Runs = 3,
    [string] $BinDirectory
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/BenchmarkTools.psm1" -Force
$manifest = (Resolve-Path "$PSScriptRoot/../../PgHa.psd1").Path
$BinDirectory = $BinDirectory ? $BinDirectory : (Get-BenchmarkBinDirectory)
Import-Module $manifest

$definition = Import-PowerShellDataFile "$PSScriptRoot/../../docs/examples/reference-cluster.psd1"
$root = Get-BenchmarkRoot 'memory'
$ports = Get-FreePort $definition.Nodes.Count
$definition.Root = $root
$definition.BinDirectory = $BinDirectory
for ($i = 0; $i -lt $ports.Count; $i++) { $definition.Nodes[$i].Port = $ports[$i] }
$json = "$([IO.Path]::GetTempPath())/pgha-memory-$PID.json"
ConvertTo-Json $definition -Depth 5 | Set-Content $json

$read = '$process = [Diagnostics.Process]::GetCurrentProcess(); "$($process.WorkingSet64 / 1MB) $($process.PeakWorkingSet64 / 1MB)"'
$megabytes = foreach ($run in 1..$Runs) {
    $bare = [double[]]((Invoke-PowerShell -Command $read) -split ' ')
    try { $built = [double[]]((Invoke-PowerShell -Command "Import-Module '$manifest'; `$null = New-PgCluster '$json'; $read") -split ' ') }
    finally { Remove-BenchmarkCluster $root }
    [pscustomobject]@{ Bare = $bare[0]; BarePeak = $bare[1]; Built = $built[0]; BuiltPeak = $built[1] }
}
Remove-Item $json

'At the end: bare {0:n0} MB, after the build {1:n0} MB: {2:n0} MB more.' -f @(
    (Get-Median $megabytes.Bare), (Get-Median $megabytes.Built), ((Get-Median $megabytes.Built) - (Get-Median $megabytes.Bare)))
'At its peak: bare {0:n0} MB, with the build {1:n0} MB: {2:n0} MB more.' -f @(
    (Get-Median $megabytes.BarePeak), (Get-Median $megabytes.BuiltPeak), ((Get-Median $megabytes.BuiltPeak) - (Get-Median $megabytes.BarePeak)))
