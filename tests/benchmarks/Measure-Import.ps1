#requires -Version 7.4
<#
.SYNOPSIS
    Times a new pwsh: bare, with an empty binary module, with PgHa, and with PgHa and its first command.
.DESCRIPTION
    The processes are alternated, so that a busy machine slows all of them; medians, minima and the processor time of each are printed. The
    empty module has one cmdlet and one view: what importing any binary module costs. With -Instance, one more process asks that server for
    its replication status, once and once more warm.
.EXAMPLE
    ./Measure-Import.ps1 -Runs 10 -Instance 127.0.0.1:9420
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Runs = 10,
    [string] $Instance
)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/BenchmarkTools.psm1" -Force
$manifest = (Resolve-Path "$PSScriptRoot/../../PgHa.psd1").Path

function New-EmptyModule([string] $Folder) {
    Add-Type -OutputAssembly "$Folder/Empty.dll" -WarningAction SilentlyContinue -TypeDefinition @'
using System.Management.Automation;
namespace Empty
{
    public sealed class Thing { public string Name { get; set; } }
    [Cmdlet(VerbsCommon.Get, "EmptyThing"), OutputType(typeof(Thing))]
    public sealed class GetEmptyThingCommand : PSCmdlet { protected override void ProcessRecord() { WriteObject(new Thing()); } }
}
'@
    Set-Content "$Folder/Empty.Format.ps1xml" @'
<Configuration><ViewDefinitions><View><Name>Thing</Name><ViewSelectedBy><TypeName>Empty.Thing</TypeName></ViewSelectedBy><TableControl>
<TableHeaders><TableColumnHeader /></TableHeaders><TableRowEntries><TableRowEntry><TableColumnItems><TableColumnItem>
<PropertyName>Name</PropertyName></TableColumnItem></TableColumnItems></TableRowEntry></TableRowEntries></TableControl></View></ViewDefinitions></Configuration>
'@
    Set-Content "$Folder/Empty.psd1" @'
@{ RootModule = 'Empty.dll'; ModuleVersion = '1.0'; FormatsToProcess = 'Empty.Format.ps1xml'; CmdletsToExport = 'Get-EmptyThing'
   FunctionsToExport = @(); AliasesToExport = @(); VariablesToExport = @() }
'@
}

$folder = Get-BenchmarkRoot 'import'
$null = New-Item -ItemType Directory $folder
try {
    New-EmptyModule $folder
    $commands = [ordered]@{
        'bare'                        = '1'
        'an empty binary module'      = "Import-Module '$folder/Empty.psd1'"
        'PgHa'                        = "Import-Module '$manifest'"
    }
    if ($Instance) {
        $status = "Get-PgReplicationStatus '$Instance'"
        $commands['PgHa and its first status'] = "Import-Module '$manifest'; `$null = $status"
    }

    $times = foreach ($run in 1..$Runs) {
        foreach ($name in $commands.Keys) {
            $processor = Get-ProcessorTime
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $null = Invoke-PowerShell -Command $commands[$name]
            if ($LASTEXITCODE -ne 0) { throw "Failed: $($commands[$name])" }
            [pscustomobject]@{ Name = $name; Wall = $watch.Elapsed.TotalMilliseconds; Processor = (Get-ProcessorTime) - $processor }
        }
    }
    if ($Instance) {
        $warm = Invoke-PowerShell -Command "Import-Module '$manifest'; foreach (`$i in 1..10) { `$null = $status }
            `$watch = [Diagnostics.Stopwatch]::StartNew(); `$null = $status; `$watch.Elapsed.TotalMilliseconds"
    }
}
finally { Remove-Item -Recurse -Force $folder }

$bare = $times | Where-Object Name -EQ 'bare'
foreach ($name in $commands.Keys) {
    $these = $times | Where-Object Name -EQ $name
    foreach ($kind in 'Wall', 'Processor') {
        '{0}, {1} time: median of {2} {3:n0} ms ({4:n0} more than bare), least {5:n0} ({6:n0} more): {7}' -f @(
            $name, $kind.ToLower(), $Runs, (Get-Median $these.$kind), ((Get-Median $these.$kind) - (Get-Median $bare.$kind))
            ($these.$kind | Measure-Object -Minimum).Minimum
            (($these.$kind | Measure-Object -Minimum).Minimum - ($bare.$kind | Measure-Object -Minimum).Minimum)
            ($these.$kind.ForEach({ [int]$_ }) -join ' '))
    }
}
if ($Instance) { 'A status in a warm session: {0:n1} ms.' -f [double]$warm }
