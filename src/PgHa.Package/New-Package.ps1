#requires -Version 7.4
#requires -Modules @{ ModuleName = 'Microsoft.PowerShell.PSResourceGet'; ModuleVersion = '1.1.0' }
<#
.SYNOPSIS
    Packs the module as it is built: for the gallery, for a file share and for Azure Automation.
.DESCRIPTION
    PgHa.<version>.nupkg      for Install-PSResource and the PowerShell Gallery
    PgHa-<version>.zip        for a file share, or Azure Automation
    PgHa-<version>.cdx.json   what is in both that others made (CycloneDX)
    SHA256SUMS                the checksums of these three, for `sha256sum --check`

    `./build.ps1 -Task Package` builds the module for all platforms before.
#>
[CmdletBinding()]
[OutputType([IO.FileInfo])]
param(
    # The folder of a clone in which the module is built.
    [string] $Path = "$PSScriptRoot/../..",

    # Where the files go. They replace those of an earlier run.
    [Parameter(Mandatory)] [string] $Destination
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-StrictMode -Version Latest

# Only reference assemblies: PowerShell brings what it stands for. As a development dependency the tool still lists it.
$notShipped = 'PowerShellStandard.Library'
$project = "$PSScriptRoot/../PgHa.Commands/PgHa.Commands.csproj"

# Azure Automation takes a zip whose folder and manifest share the module's name, with these limits.
$longestPath = 139
$largestZip = 100MB

function Copy-Module([string] $Folder) {
    Remove-Item -LiteralPath $Folder -Recurse -Force -ErrorAction Ignore
    $null = New-Item -ItemType Directory $Folder
    foreach ($part in 'PgHa.psd1', 'bin', 'en-US', 'LICENSE', 'README.md', 'CHANGELOG.md') {
        Copy-Item -LiteralPath "$Path/$part" $Folder -Recurse
    }
    # What about_PgHa sends a newcomer to.
    $null = New-Item -ItemType Directory "$Folder/docs/guides"
    Copy-Item "$Path/docs/guides/*.md" "$Folder/docs/guides"
    Copy-Item "$Path/docs/examples" "$Folder/docs" -Recurse
    $null = Test-ModuleManifest "$Folder/PgHa.psd1"
    $long = Get-ChildItem $Folder -Recurse -File |
        ForEach-Object { [IO.Path]::GetRelativePath((Split-Path $Folder), $_.FullName) } | Where-Object Length -GT $longestPath
    if ($long) { throw "Azure Automation's paths have at most $longestPath characters: $long" }
}

# The tool reads what the last restore of the project found, so it needs no network besides its own package.
function New-Bill([string] $File, [string] $Version, [string] $Folder) {
    Push-Location $PSScriptRoot
    try {
        $null = dotnet tool exec cyclonedx --yes -- $project --disable-package-restore --exclude-filter $notShipped `
            --set-name PgHa --set-version $Version --set-type Library `
            --output-format Json --output (Split-Path $File) --filename (Split-Path $File -Leaf)
    }
    finally { Pop-Location }

    $listed = (Get-Content -Raw $File | ConvertFrom-Json).components.name | Sort-Object
    $shipped = (Get-ChildItem "$Folder/bin" -Recurse -Filter *.dll).BaseName | Where-Object { $_ -notlike 'PgHa*' } | Sort-Object -Unique
    $different = Compare-Object @($listed) @($shipped)
    if ($different) { throw "The list of the components and the assemblies differ: $($different | Out-String)" }
}

$Path = (Resolve-Path -LiteralPath $Path).Path
$Destination = (New-Item -ItemType Directory $Destination -Force).FullName
$version = (Import-PowerShellDataFile "$Path/PgHa.psd1").ModuleVersion
$folder = "$Destination/PgHa"
$package = "$Destination/PgHa.$version.nupkg"
$zip = "$Destination/PgHa-$version.zip"
$bill = "$Destination/PgHa-$version.cdx.json"

Copy-Module $folder
Remove-Item $package, $zip, $bill, "$Destination/SHA256SUMS" -ErrorAction Ignore
New-Bill $bill $version $folder
Copy-Item $bill "$folder/sbom.cdx.json"

Compress-PSResource -Path $folder -DestinationPath $Destination
[IO.Compression.ZipFile]::CreateFromDirectory($folder, $zip, 'Optimal', $true)
if ((Get-Item $zip).Length -ge $largestZip) { throw "Azure Automation's modules have less than $($largestZip / 1MB) MB: $zip" }

$files = Get-Item $package, $zip, $bill
# As sha256sum writes it, also on Windows.
$sums = $files | ForEach-Object { "$((Get-FileHash $_ -Algorithm SHA256).Hash.ToLowerInvariant())  $($_.Name)`n" }
Set-Content "$Destination/SHA256SUMS" (-join $sums) -NoNewline
$files
Get-Item "$Destination/SHA256SUMS"
