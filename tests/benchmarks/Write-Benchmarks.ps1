#requires -Version 7.4
<#
.SYNOPSIS
    Runs the benchmarks and writes what they print to docs/benchmarks.md, with the date, the machine and the versions, and the table
    of the changes of primary to the README.
.DESCRIPTION
    Takes some minutes, and a machine that does nothing else. A peer that isn't installed has a column that says so. A server for
    the status and the import is made and removed.
.EXAMPLE
    ./Write-Benchmarks.ps1 -Runs 5
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Runs = 5,
    [string] $BinDirectory,
    [string] $Path = "$PSScriptRoot/../../docs/benchmarks.md",
    [string] $ReadmePath = "$PSScriptRoot/../../README.md"
)

$ErrorActionPreference = 'Stop'
# The scripts run as they do alone, whatever build.ps1 sets: they look at what their programs return.
$PSNativeCommandUseErrorActionPreference = $false
Set-StrictMode -Off
Import-Module "$PSScriptRoot/BenchmarkTools.psm1" -Force
Import-Module "$PSScriptRoot/../reliability/ReliabilityPage.psm1" -Force
Import-Module "$PSScriptRoot/../../PgHa.psd1"
$BinDirectory = $BinDirectory ? $BinDirectory : (Get-BenchmarkBinDirectory)

function Get-VersionLine([string] $Program, [string[]] $Arguments) {
    $command = Get-Command $Program -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    $command ? (& $command @Arguments 2>&1 | Select-Object -First 1).ToString().Trim() : "$Program not installed"
}

# Get-Help finds no help right after a #requires.
function Get-Title([string] $Path) {
    $text = [regex]::Match((Get-Content -Raw $Path), '(?s)\.SYNOPSIS\s+(.*?)\s*\r?\n(\.|#>)').Groups[1].Value
    ($text -replace '\s+', ' ').TrimEnd('.')
}

$pages = [Collections.Generic.List[string]]::new()
$printed = @{}
function Add-Benchmark([string] $Script, [hashtable] $Parameters) {
    # Which programs, the page says at its top.
    $shown = ($Parameters.GetEnumerator() | Where-Object Key -NE BinDirectory | Sort-Object Key | ForEach-Object { "-$($_.Key) $($_.Value -eq $server ? '<server>' : $_.Value)" }) -join ' '
    Write-Progress -Activity 'Benchmarks' -Status $Script
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $processor = Get-ProcessorSeconds
    $text = & "$PSScriptRoot/$Script.ps1" @Parameters *>&1 | Out-String -Width 138
    $used = (Get-ProcessorSeconds) - $processor
    $printed[$Script] = $text
    $pages.Add(@"
## $(Get-Title "$PSScriptRoot/$Script.ps1")

``tests/benchmarks/$Script.ps1 $shown`` (its help says what the figures are;
it took $([int]$watch.Elapsed.TotalSeconds) s and $([int]$used) s of the machine's processors)

``````text
$($text.Trim())
``````
"@)
}

# The first table that a script printed, in Markdown. The line of dashes says where its columns are.
function ConvertTo-MarkdownTable([string] $Text) {
    $lines = $Text -split "`n"
    $dashes = 0..($lines.Count - 1) | Where-Object { $lines[$_] -match '^\s*-+( +-+)+\s*$' } | Select-Object -First 1
    if ($null -eq $dashes) { throw "There is no table in: $Text" }
    $columns = [regex]::Matches($lines[$dashes], '-+')
    # A number stands to the right of its dashes' beginning, and a title may be wider than they are.
    $ends = @($columns | Select-Object -Skip 1 | ForEach-Object { $_.Index }) + 1000
    $rows = @($lines[$dashes - 1]) + @($lines[($dashes + 1)..($lines.Count - 1)] | Select-Object -First 100)
    $cells = foreach ($row in $rows) {
        if (-not $row.Trim()) { break }
        $start = 0
        '| ' + (($ends | ForEach-Object {
                    $end = [math]::Min($_, $row.Length)
                    $end -gt $start ? $row.Substring($start, $end - $start).Trim() : ''
                    $start = $_
                }) -join ' | ') + ' |'
    }
    $cells[0]
    '|---|' + '---:|' * ($columns.Count - 1)
    $cells | Select-Object -Skip 1
}

# What the machine's processors have worked so far, without what they were idle.
function Get-ProcessorSeconds {
    $ticks = [double[]](((Get-Content /proc/stat -TotalCount 1) -split '\s+')[1..8])
    ($ticks[0..2] + $ticks[5..7] | Measure-Object -Sum).Sum / 100
}

$root = Get-BenchmarkRoot 'page'
$port = Get-FreePort 1
$server = "host=127.0.0.1 port=$port user=postgres"
# The scripts take the psql of the PATH.
$env:PATH = "$BinDirectory$([IO.Path]::PathSeparator)$env:PATH"
try {
    $null = New-Item -ItemType Directory $root
    New-PgInstance page -DataDirectory "$root/page" -Port $port -BinDirectory $BinDirectory -Trust |
        Set-PgSetting @{ wal_level = 'logical' } -PassThru | Start-PgInstance
    Add-Benchmark Compare-Build @{ Runs = $Runs; BinDirectory = $BinDirectory }
    Add-Benchmark Compare-Clone @{ Runs = [math]::Min($Runs, 3); BinDirectory = $BinDirectory }
    Add-Benchmark Compare-PrimaryChange @{ Runs = $Runs; BinDirectory = $BinDirectory }
    Add-Benchmark Measure-Status @{ Instance = $server }
    Add-Benchmark Measure-Import @{ Instance = $server; Runs = $Runs }
    Add-Benchmark Measure-Memory @{ BinDirectory = $BinDirectory; Runs = [math]::Min($Runs, 3) }
    Add-Benchmark Measure-LogicalChange @{ Instance = $server; Runs = [math]::Min($Runs, 3) }
}
finally {
    # Compare-PrimaryChange imports it again, in a closure: its functions are gone from here then.
    Import-Module "$PSScriptRoot/BenchmarkTools.psm1" -Force
    Remove-BenchmarkCluster $root
    Write-Progress -Activity 'Benchmarks' -Completed
}

$processor = (Get-Content /proc/cpuinfo) -match '^model name' | Select-Object -First 1
Set-Content $Path @"
# Benchmarks

Written by ``./build.ps1 -Task Bench`` on $(Get-Date -Format 'yyyy-MM-dd'). Absolute times belong to one machine and one day: compare columns, which were
taken alternately or one after the other in the same run.

| | |
|---|---|
| machine | $([Environment]::ProcessorCount) processors ($(($processor -split ':')[-1].Trim())), $([int](((Get-Content /proc/meminfo -TotalCount 1) -replace '\D') / 1MB)) GiB, $(uname -sr) |
| PowerShell | $($PSVersionTable.PSVersion), $([Runtime.InteropServices.RuntimeInformation]::FrameworkDescription) |
| PostgreSQL | $(Get-VersionLine "$BinDirectory/postgres" --version) |
| repmgr | $(Get-VersionLine "$BinDirectory/repmgr" --version) |
| Patroni | $(Get-VersionLine patroni --version) |
| PgHa | $((Import-PowerShellDataFile "$PSScriptRoot/../../PgHa.psd1").ModuleVersion), commit $(git -C $PSScriptRoot rev-parse --short HEAD) |

$($pages -join "`n`n")
"@
Set-PageMark $ReadmePath benchmarks (@(
        "Changes of the primary, $(Get-Date -Format 'yyyy-MM-dd'): one primary and two standbys under a client that writes,"
        'on one machine; [docs/benchmarks.md](docs/benchmarks.md) has every figure and how to repeat it.'
        ''
    ) + @(ConvertTo-MarkdownTable $printed['Compare-PrimaryChange']))
Get-Item $Path, $ReadmePath
