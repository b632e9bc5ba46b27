#requires -Version 7.4
<#
.SYNOPSIS
    Times the reference cluster: the runbook as a bash script against the pipeline of cmdlets and the definition.
.DESCRIPTION
    They are alternated, because these figures drift with the machine's load, on a tmpfs where there is one. All
    build the same six nodes and end when every link streams. The cmdlets, and New-PgCluster with the definition, are
    timed twice over: in a session that has used them once (warm), and as a whole process with PowerShell's own start
    (cold).
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
Import-Module "$PSScriptRoot/BenchmarkTools.psm1" -Force
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

$definition = Import-PowerShellDataFile "$repository/docs/examples/reference-cluster.psd1"
$definition.Root = $root
$definition.BinDirectory = $BinDirectory
foreach ($node in $definition.Nodes) { $node.Port += $BasePort - 9420 }
$json = New-TemporaryFile
ConvertTo-Json $definition -Depth 5 | Set-Content $json
Move-Item $json "$json.json"
$json = "$json.json"

# Once unmeasured, so that the first of the warm runs is warm.
& $example -Root $root -BasePort $BasePort -BinDirectory $BinDirectory | Out-Null
Remove-Cluster
New-PgCluster $definition | Out-Null
Remove-Cluster

$times = foreach ($run in 1..$Runs) {
    $script = Measure-Seconds { Invoke-Script build }
    Invoke-Script remove

    $warm = Measure-Seconds { & $example -Root $root -BasePort $BasePort -BinDirectory $BinDirectory }
    Remove-Cluster

    $cold = Measure-Seconds {
        Invoke-PowerShell -Command "Import-Module '$repository/PgHa.psd1'; & '$example' -Root '$root' -BasePort $BasePort -BinDirectory '$BinDirectory'"
        if ($LASTEXITCODE -ne 0) { throw 'The example failed.' }
    }
    Remove-Cluster

    $definitionWarm = Measure-Seconds { New-PgCluster $definition }
    Remove-Cluster

    $definitionCold = Measure-Seconds {
        Invoke-PowerShell -Command "Import-Module '$repository/PgHa.psd1'; New-PgCluster '$json'"
        if ($LASTEXITCODE -ne 0) { throw 'New-PgCluster failed.' }
    }
    Remove-Cluster
    [pscustomobject]@{ Run = $run; Script = $script; Warm = $warm; Cold = $cold; DefinitionWarm = $definitionWarm; DefinitionCold = $definitionCold }
}

Remove-Item $json
$times | ForEach-Object { '{0,3}: script {1:n2}, cmdlets warm {2:n2}, cold {3:n2}, definition warm {4:n2}, cold {5:n2} s' -f $_.Run, $_.Script, $_.Warm, $_.Cold, $_.DefinitionWarm, $_.DefinitionCold }
$script = Get-Median $times.Script
foreach ($kind in 'Warm', 'Cold', 'DefinitionWarm', 'DefinitionCold') {
    $median = Get-Median $times.$kind
    '{0}: median of {1} runs {2:n2} s, the script {3:n2} s: {4:n2} of it.' -f $kind, $Runs, $median, $script, ($median / $script)
}
