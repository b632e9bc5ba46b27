#requires -Version 7.4
<#
.SYNOPSIS
    Counts the lines of the domain and of the engine that their tests run.
.DESCRIPTION
    The domain is counted by its own tests alone, and fails below 95 %. The engine's tests need servers and take long:
    -Skip leaves them out. The reports (Cobertura) and a summary are in artifacts/coverage.
.EXAMPLE
    ./tests/coverage/Measure-Coverage.ps1 -Skip Engine
#>
[CmdletBinding()]
[OutputType([pscustomobject])]
param(
    # An assembly that is not counted.
    [ValidateSet('Engine')] [string] $Skip
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-StrictMode -Version Latest
$root = (Resolve-Path $PSScriptRoot/../..).Path
$results = "$root/artifacts/coverage"
$wanted = 95

# The lines of each file as the report has them: a line of several methods counts once, and as run if one of them ran it.
function Get-LineCount([string] $Report, [string] $Assembly) {
    $package = ([xml](Get-Content -Raw $Report)).coverage.packages.package | Where-Object name -EQ $Assembly
    $package.classes.class | Group-Object filename | ForEach-Object {
        $lines = $_.Group | ForEach-Object { $_.SelectNodes('lines/line') } | Group-Object number
        $run = @($lines | Where-Object { $_.Group.hits -ne '0' })
        $name = $_.Name -replace '\\', '/' -replace "^(.*/)?src/$([regex]::Escape($Assembly))/"
        [pscustomobject]@{
            File = $name; Lines = @($lines).Count; Run = $run.Count
            Missed = @($lines | Where-Object { $_ -notin $run } | ForEach-Object { [int]$_.Name } | Sort-Object)
        }
    }
}

function Measure-Assembly([string] $Assembly, [string] $Project) {
    Remove-Item -LiteralPath "$results/$Assembly" -Recurse -Force -ErrorAction Ignore
    dotnet test "$root/tests/$Project" --collect 'XPlat code coverage' --settings "$PSScriptRoot/coverage.runsettings" `
        --results-directory "$results/$Assembly" | Out-Host
    $report = Get-Item "$results/$Assembly/*/coverage.cobertura.xml"
    Copy-Item $report "$results/$Assembly.cobertura.xml"

    $files = @(Get-LineCount $report $Assembly)
    $files | Where-Object Missed | Sort-Object { $_.Missed.Count } -Descending |
        ForEach-Object { "$($_.File) $($_.Run)/$($_.Lines): $($_.Missed -join ' ')" } | Set-Content "$results/$Assembly.missed.txt"
    $lines = ($files | Measure-Object Lines -Sum).Sum
    $run = ($files | Measure-Object Run -Sum).Sum
    [pscustomobject]@{ Assembly = $Assembly; Lines = $lines; Run = $run; Percent = [math]::Round(100.0 * $run / $lines, 2) }
}

$measured = @(
    Measure-Assembly PgHa PgHa.Tests
    if ($Skip -ne 'Engine') { Measure-Assembly PgHa.Engine PgHa.Engine.Tests }
)
$table = $measured | ForEach-Object {
    "| $($_.Assembly) | $($_.Lines) | $($_.Run) | $($_.Percent.ToString([cultureinfo]::InvariantCulture)) % |"
}
Set-Content "$results/summary.md" (@('| assembly | lines | run by tests | share |', '|---|---|---|---|') + $table)
$measured
if ($measured[0].Percent -lt $wanted) {
    throw "The domain's tests run $($measured[0].Percent) % of its lines, and $wanted % are wanted."
}
