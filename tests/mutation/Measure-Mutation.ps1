#requires -Version 7.4
<#
.SYNOPSIS
    Sees whether the tests of the domain notice changes of the decisions in a switchover, a failover and a repair.
.DESCRIPTION
    Runs Stryker, keeps a report of each file in artifacts/mutation, and writes the section "Mutation testing" of
    docs/reliability.md from all reports that are there. Fails where a change survives that accepted.psd1 does not explain.
.EXAMPLE
    ./tests/mutation/Measure-Mutation.ps1 -File RepairDecision.cs, SwitchoverRules.cs
.EXAMPLE
    ./tests/mutation/Measure-Mutation.ps1 -File @()
    Writes the section anew from the reports.
#>
[CmdletBinding()]
param(
    # The files of src/PgHa whose code is changed.
    [string[]] $File = @('SwitchoverRules.cs', 'FailoverCandidate.cs', 'FailoverLoss.cs', 'RepairDecision.cs', 'RewindTrace.cs'),

    # The date of the section.
    [datetime] $Date = [datetime]::UtcNow
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-StrictMode -Version Latest
Import-Module "$PSScriptRoot/../reliability/ReliabilityPage.psm1" -Force
$root = (Resolve-Path "$PSScriptRoot/../..").Path
$reports = (New-Item -ItemType Directory "$root/artifacts/mutation" -Force).FullName
$accepted = (Import-PowerShellDataFile "$PSScriptRoot/accepted.psd1").Accepted

# One run for all of them, and a report for each.
function Invoke-Stryker([string[]] $Name) {
    Push-Location "$root/tests/PgHa.Tests"
    try {
        # A property of the tests' project: they are compiled with xunit 2.
        $env:MutationTesting = 'true'
        $mutate = $Name | ForEach-Object { '--mutate', "**/$_" }
        dotnet tool exec dotnet-stryker --yes -- --config-file "$PSScriptRoot/stryker-config.json" @mutate `
            --output "$reports/run" --skip-version-check | Out-Host
    }
    finally {
        $env:MutationTesting = $null
        Pop-Location
    }
    $files = (Get-Content -Raw "$reports/run/reports/mutation-report.json" | ConvertFrom-Json -AsHashtable).files
    foreach ($path in $files.Keys | Where-Object { (Split-Path $_ -Leaf) -in $Name }) {
        $files[$path] | ConvertTo-Json -Depth 10 | Set-Content "$reports/$(Split-Path $path -Leaf).json"
    }
}

# The changes of a report that count, each with the line it changes.
function Read-Report([IO.FileInfo] $Report) {
    $content = Get-Content -Raw $Report | ConvertFrom-Json -AsHashtable
    $lines = $content.source -split "`r?`n"
    foreach ($mutant in $content.mutants | Where-Object status -In 'Killed', 'Timeout', 'Survived', 'NoCoverage', 'CompileError') {
        $start, $end = $mutant.location.start, $mutant.location.end
        $code = $start.line -eq $end.line ?
            $lines[$start.line - 1].Substring($start.column - 1, $end.column - $start.column) :
            $lines[$start.line - 1].Substring($start.column - 1).Trim()
        [pscustomobject]@{
            File = $Report.BaseName; Line = $start.line; Status = $mutant.status; Code = $code
            Change = ($mutant['replacement'] ?? $mutant.mutatorName) -replace '\s+', ' '
        }
    }
}

function Get-Reason($Mutant) {
    ($accepted | Where-Object { $_.File -eq $Mutant.File -and $_.Code -eq $Mutant.Code -and $_.Change -eq $Mutant.Change })?.Reason
}

function Format-Section([object[]] $All) {
    "$($Date.ToString('yyyy-MM-dd')), dotnet-stryker 5.1.0, ``./build.ps1 -Task Mutation``: the decisions of a switchover, a failover and"
    'a repair (`src/PgHa`) with one small change at a time; texts are left alone. A change is noticed if a test of the domain'
    'fails. Stryker cannot make some changes, because the code would not compile: mostly where a pattern declares a variable.'
    ''
    '| file | changes | noticed | share | survivors explained below | not to be made |'
    '|---|---:|---:|---:|---:|---:|'
    $groups = @($All | Group-Object File | Sort-Object Name) + @([pscustomobject]@{ Name = 'all'; Group = $All })
    foreach ($group in $groups) {
        $made = @($group.Group | Where-Object Status -NE 'CompileError')
        $noticed = @($made | Where-Object Status -In 'Killed', 'Timeout').Count
        $explained = @($made | Where-Object { $_.Status -notin 'Killed', 'Timeout' -and (Get-Reason $_) }).Count
        $share = (100.0 * $noticed / [math]::Max(1, $made.Count)).ToString('0.0', [cultureinfo]::InvariantCulture)
        "| $($group.Name) | $($made.Count) | $noticed | $share % | $explained | $(@($group.Group).Count - $made.Count) |"
    }
    $survivors = @($All | Where-Object Status -In 'Survived', 'NoCoverage')
    if ($survivors) {
        ''
        'Survivors, and why no test notices them:'
        ''
        foreach ($group in $survivors | Group-Object File, { (Get-Reason $_) ?? 'not explained yet' } | Sort-Object Name) {
            $changes = $group.Group | ForEach-Object { "``$($_.Code)`` as ``$($_.Change)``" } | Select-Object -Unique
            "- $($group.Group[0].File): $($changes -join ', '): $((Get-Reason $group.Group[0]) ?? 'not explained yet')"
        }
    }
}

if ($File) { Invoke-Stryker $File }
$mutants = @(Get-Item "$reports/*.cs.json" | ForEach-Object { Read-Report $_ })
Set-PageSection "$root/docs/reliability.md" 'Mutation testing' @(Format-Section $mutants)

$unexplained = @($mutants | Where-Object { $_.Status -in 'Survived', 'NoCoverage' -and -not (Get-Reason $_) })
$unexplained | Format-Table File, Line, Status, Code, Change -Wrap
if ($unexplained) { throw "No test notices $($unexplained.Count) changes." }
