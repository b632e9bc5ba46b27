#requires -Version 7.4
<#
.SYNOPSIS
    Times the reference cluster: the runbook as a bash script against the pipeline of cmdlets.
.DESCRIPTION
    The two are alternated, because these figures drift with the machine's load, on a tmpfs where there is one. Both
    build the same six nodes and end when every link streams. The cmdlets are timed twice over: in a session that has
    used them once (warm), and as a whole process with PowerShell's own start (cold).
.EXAMPLE
    ./Compare-Build.ps1 -Runs 5
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Runs = 3,
    [string] $BinDirectory = (Get-ChildItem /usr/lib/postgresql/15/bin, /usr/pgsql-15/bin -ErrorAction Ignore | Select-Object -First 1).DirectoryName,
    [int] $BasePort = 9720
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
if (-not $BinDirectory) { throw 'PostgreSQL 15 was not found: name its programs with -BinDirectory.' }
$repository = (Resolve-Path "$PSScriptRoot/../..").Path
Import-Module "$repository/PgHa.psd1"
$example = "$repository/docs/examples/reference-cluster.ps1"
$base = (Test-Path /dev/shm) ? '/dev/shm' : [IO.Path]::GetTempPath()
$root = Join-Path $base "pgha-benchmark-$PID"

function Measure-Seconds([scriptblock] $Action) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $null = & $Action
    $watch.Elapsed.TotalSeconds
}

function Remove-Cluster {
    Get-PgInstance -Path $root | Sort-Object Port -Descending | Remove-PgInstance -Force -Confirm:$false
    Remove-Item -Recurse -Force $root
}

function Invoke-Script([string] $Action) {
    $arguments = $Action -eq 'build' ? @($root, $BasePort, $BinDirectory) : @($root, $BinDirectory)
    bash "$PSScriptRoot/runbook.sh" $Action @arguments
    if ($LASTEXITCODE -ne 0) { throw "runbook.sh $Action failed." }
}

function Get-Median([double[]] $Values) {
    $sorted = $Values | Sort-Object
    ($sorted[[math]::Floor(($sorted.Count - 1) / 2)] + $sorted[[math]::Ceiling(($sorted.Count - 1) / 2)]) / 2
}

# Once unmeasured, so that the first of the warm runs is warm.
& $example -Root $root -BasePort $BasePort -BinDirectory $BinDirectory | Out-Null
Remove-Cluster

$times = foreach ($run in 1..$Runs) {
    $script = Measure-Seconds { Invoke-Script build }
    Invoke-Script remove

    $warm = Measure-Seconds { & $example -Root $root -BasePort $BasePort -BinDirectory $BinDirectory }
    Remove-Cluster

    $cold = Measure-Seconds {
        pwsh -NoProfile -Command "Import-Module '$repository/PgHa.psd1'; & '$example' -Root '$root' -BasePort $BasePort -BinDirectory '$BinDirectory'"
        if ($LASTEXITCODE -ne 0) { throw 'The example failed.' }
    }
    Remove-Cluster
    [pscustomobject]@{ Run = $run; Script = $script; Warm = $warm; Cold = $cold }
}

$times | Format-Table Run, @{ n = 'Script (s)'; e = { '{0:n2}' -f $_.Script } }, @{ n = 'Cmdlets, warm (s)'; e = { '{0:n2}' -f $_.Warm } }, @{ n = 'Cmdlets, cold (s)'; e = { '{0:n2}' -f $_.Cold } }
$script, $warm, $cold = (Get-Median $times.Script), (Get-Median $times.Warm), (Get-Median $times.Cold)
'Medians of {0}: script {1:n2} s, cmdlets warm {2:n2} s, cold {3:n2} s.' -f $Runs, $script, $warm, $cold
'Ratio to the script: warm {0:n2}, cold {1:n2}.' -f ($warm / $script), ($cold / $script)
