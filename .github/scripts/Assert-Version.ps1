#requires -Version 7.4
<#
.SYNOPSIS
    Fails unless a tag, the manifest, the assemblies and CHANGELOG.md name the same version.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $Tag)

$ErrorActionPreference = 'Stop'
$root = "$PSScriptRoot/../.."
$version = (Import-PowerShellDataFile "$root/PgHa.psd1").ModuleVersion
$assemblies = ([xml](Get-Content -Raw "$root/Directory.Build.props")).Project.PropertyGroup.VersionPrefix
if ($Tag -ne "v$version") { throw "The tag is $Tag, and PgHa.psd1 has version $version." }
if ($assemblies -ne $version) { throw "PgHa.psd1 has version $version, and Directory.Build.props has $assemblies." }
if (-not (Select-String -Path "$root/CHANGELOG.md" -SimpleMatch "## [$version]")) { throw "CHANGELOG.md has no section [$version]." }
