#requires -Version 7.4
<#
.SYNOPSIS
    Runs guides on real servers, and puts what was printed into their output blocks.
.DESCRIPTION
    The servers are made in a temporary folder, with the ports that the guides name, and removed. Only blocks that print something
    else than before change. Read the difference before you commit it: what a guide shows is what tests/Pester/Guides.Tests.ps1
    wants to see from then on.
.EXAMPLE
    docs/guides/Update-Guide.ps1 quick-start
#>
[CmdletBinding()]
param(
    # The guides' names, without .md; all of them without it.
    [Parameter(Position = 0)]
    [string[]] $Name = '*',

    # Also the blocks where only positions, times and the like are different.
    [switch] $Force
)

$ErrorActionPreference = 'Stop'
Import-Module $PSScriptRoot/../../tests/Pester/PageRun.psm1, $PSScriptRoot/../../tests/Pester/PgHaTest.psm1 -Force

$binDirectory = (Get-PageMajor).BinDirectory
foreach ($guide in Get-Item ($Name | ForEach-Object { "$PSScriptRoot/$_.md" }) | Where-Object Name -NotIn README.md, from-one-machine-to-many.md) {
    $blocks = @(Get-PageBlock $guide)
    $area = New-PgHaTestArea
    try { $run = @(Invoke-PageCode $blocks.Code -Area $area -BinDirectory $binDirectory -Port (9420..9431)) }
    finally { $area | Remove-PgHaTestArea }
    Update-PageOutput $guide $blocks $run -Force:$Force
    [pscustomobject]@{ Guide = $guide.Name; Seconds = ($run | Measure-Object Milliseconds -Sum).Sum / 1000 }
}
