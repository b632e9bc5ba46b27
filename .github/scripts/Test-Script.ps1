#requires -Version 7.4
<#
.SYNOPSIS
    Fails where PSScriptAnalyzer has something to say about a script of the repository.
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
$root = (Resolve-Path "$PSScriptRoot/../..").Path
# Passwords of the tests are made up. Pester's blocks set variables that others read. PgHaTest.psm1 and its like have verbs of their own.
$excluded = 'PSAvoidUsingConvertToSecureStringWithPlainText', 'PSUseDeclaredVarsMoreThanAssignments',
    'PSUseShouldProcessForStateChangingFunctions', 'PSUseSingularNouns', 'PSAvoidUsingPositionalParameters', 'PSReviewUnusedParameter'
$said = Get-ChildItem $root -Recurse -Include *.ps1, *.psm1, *.psd1 |
    Where-Object { [IO.Path]::GetRelativePath($root, $_.FullName) -notmatch '(^|[\\/])(bin|obj|artifacts)[\\/]' } |
    ForEach-Object { Invoke-ScriptAnalyzer $_.FullName -Severity Warning, Error -ExcludeRule $excluded }
$said | Format-Table ScriptName, Line, RuleName, Message -Wrap
if ($said) { throw "PSScriptAnalyzer found $(@($said).Count) faults." }
