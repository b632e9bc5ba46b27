#requires -Version 7.4
<#
.SYNOPSIS
    Runs the faults and the seeded schedules, and writes what came of them to docs/reliability.md and the README's table.
.DESCRIPTION
    The faults befall a server, or PgHa, before every step of a switchover, a failover and a repair. A schedule is what an operator
    does and what befalls servers at the same time, as a seed has it. Both run under writers that remember what was acknowledged.
    It builds the engine's tests, and takes a quarter of an hour for 20 schedules. ./build.ps1 -Task Mutation writes the page's
    section about mutation testing.
.EXAMPLE
    ./tests/reliability/Write-Reliability.ps1 -Schedules 200 -FirstSeed 1000
.EXAMPLE
    ./tests/reliability/Write-Reliability.ps1 -NoRun
    Writes the page anew from the report of the last run.
#>
[CmdletBinding()]
param(
    # How many schedules.
    [ValidateRange(1, 100000)] [int] $Schedules = 20,

    # The first seed; the others follow.
    [int] $FirstSeed = 1,

    # Writes the page from the last report.
    [switch] $NoRun,

    # Only the schedules.
    [switch] $SkipFaults,

    [datetime] $Date = [datetime]::UtcNow
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
Import-Module "$PSScriptRoot/ReliabilityPage.psm1" -Force
$root = (Resolve-Path "$PSScriptRoot/../..").Path
$report = Join-Path (New-Item -ItemType Directory "$root/artifacts/reliability" -Force) 'report.jsonl'
$page = "$root/docs/reliability.md"
$project = "$root/tests/PgHa.Engine.Tests"

function Invoke-Test {
    $classes = @('ScheduleTests') + @($SkipFaults ? @() : 'SwitchoverFaultTests', 'FailoverFaultTests', 'RejoinFaultTests',
        'SwitchoverFailureTests', 'FailoverFailureTests')
    Remove-Item $report -ErrorAction Ignore
    $variables = @{
        PGHA_TEST_RELIABILITY = $report; PGHA_TEST_ALL_STEPS = '1'
        PGHA_TEST_SCHEDULES = "$Schedules"; PGHA_TEST_FIRST_SEED = "$FirstSeed"
    }
    foreach ($name in $variables.Keys) { Set-Item "env:$name" $variables[$name] }
    try { dotnet test $project --filter (($classes | ForEach-Object { "FullyQualifiedName~$_" }) -join '|') | Out-Host }
    finally { foreach ($name in $variables.Keys) { Remove-Item "env:$name" } }
    if ($LASTEXITCODE) { throw 'A fault or a schedule failed: see above. The page is as it was.' }
}

# The words of the tests' faults.
$faultNames = [ordered]@{
    Killed = 'a server is killed'; Refuses = 'a server refuses connections'; DiskFull = 'a disk is full'
    PgHaKilled = 'PgHa is killed'; StepFails = 'a step fails'
}

function Format-Fault([object[]] $Faults) {
    $operations = @($Faults.Operation | Sort-Object -Unique)
    "$($Date.ToString('yyyy-MM-dd')), ``tests/reliability/Write-Reliability.ps1``, PostgreSQL 15, Linux: faults before or after a step, by operation."
    'After each of them, with what the errors advise, one primary had all others streaming from it; the writers found every'
    'acknowledged commit, and never two servers that took writes at the same time.'
    ''
    "| what happens | $($operations -join ' | ') | sum | the operation went on |"
    "|---|$('---:|' * ($operations.Count + 2))"
    foreach ($fault in $faultNames.Keys) {
        $these = @($Faults | Where-Object Fault -EQ $fault)
        if (-not $these) { continue }
        $counts = $operations | ForEach-Object { $operation = $_; @($these | Where-Object Operation -EQ $operation).Count }
        "| $($faultNames[$fault]) | $($counts -join ' | ') | $($these.Count) | $(@($these | Where-Object Outcome -EQ 'went on').Count) |"
    }
}

function Format-Schedule([object[]] $Schedules) {
    $seconds = ($Schedules.Seconds | Measure-Object -Average -Maximum)
    "$($Date.ToString('yyyy-MM-dd')), seeds $(($Schedules.Seed | Measure-Object -Minimum).Minimum) to $(($Schedules.Seed | Measure-Object -Maximum).Maximum): three servers, commits that wait for"
    'one of two standbys, and three rounds of what an operator does while something befalls a server or the operator. Then the cluster'
    'is brought back to order. No acknowledged commit was missing, and never did two servers take writes at the same time.'
    "``PGHA_TEST_FIRST_SEED=7 PGHA_TEST_SCHEDULES=1 dotnet test tests/PgHa.Engine.Tests --filter FullyQualifiedName~ScheduleTests`` repeats one;"
    "a schedule took $($seconds.Average.ToString('0', [cultureinfo]::InvariantCulture)) s on average, $($seconds.Maximum.ToString('0', [cultureinfo]::InvariantCulture)) s at most."
    ''
    '| seed | rounds | errors on the way | primary in the end |'
    '|---:|---|---|---|'
    # Sabotage is how a schedule kills PgHa: the round says it already.
    foreach ($one in $Schedules | Sort-Object Seed) {
        "| $($one.Seed) | $($one.Rounds -join '; ') | $(@($one.Failures -ne 'Sabotage') -join ', ') | $($one.Primary) |"
    }
}

function Format-Found {
    '| what happened | what came of it before | what holds now |'
    '|---|---|---|'
    foreach ($one in (Import-PowerShellDataFile "$PSScriptRoot/found.psd1").Found) { "| $($one.How) | $($one.What) | $($one.Now) |" }
}

if (-not $NoRun) { Invoke-Test }
$entries = @(Get-Content $report | ConvertFrom-Json)
$faults = @($entries | Where-Object Kind -EQ 'fault')
$runs = @($entries | Where-Object Kind -EQ 'schedule')
if (-not $SkipFaults) { Set-PageSection $page 'Faults' @(Format-Fault $faults) }
Set-PageSection $page 'Seeded schedules' @(Format-Schedule $runs)
Set-PageSection $page 'What was found and mended' @(Format-Found)

$rows = [Collections.Generic.List[string]]@(
    "$($Date.ToString('yyyy-MM-dd')); [docs/reliability.md](docs/reliability.md) has which faults, which seeds, and what was found.", ''
    '| what was tried | how often | lost commits, second primaries |', '|---|---:|---|'
)
if ($faults) { $rows.Add("| a fault before or after a step of a switchover, failover or repair | $($faults.Count) | none |") }
$rows.Add("| what operators do while servers and operators are killed, stopped and frozen, by seed | $($runs.Count) | none |")
Set-PageMark "$root/README.md" reliability $rows
