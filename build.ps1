#requires -Version 7.4
<#
.SYNOPSIS
    Builds, tests, documents and packages the module.
.DESCRIPTION
    Build       the module into bin/, from where PgHa.psd1 imports it
    Test        everything, as `dotnet test` does
    Docs        the help that Get-Help shows, from docs/en-US
    Api         docs/public-api.txt: what a test holds the cmdlets, parameters and outputs to
    Package     artifacts/PgHa-<version>.zip, for the gallery, a file share or Azure Automation
    Demo        the reference cluster, raised, shown and removed
    Laboratory  hosts with systemd, sshd and PostgreSQL on this machine, left running to play with (Linux, as root)
    Bench       the cmdlets against a bash script, repmgr and Patroni, and the time of an import
    Clean       removes what the others made
.EXAMPLE
    ./build.ps1 -Task Build, Test
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Docs', 'Api', 'Package', 'Demo', 'Laboratory', 'Bench', 'Clean')]
    [string[]] $Task = 'Build'
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-StrictMode -Version Latest

function Invoke-Build { dotnet build --configuration Release }

function Invoke-Test { dotnet test }

function Invoke-Docs { & ./docs/build-help.ps1 }

# In a process of its own, because this one may have loaded another build of the module.
function Invoke-Api {
    Start-Job { & "$using:PSScriptRoot/docs/public-api.ps1" } | Receive-Job -Wait -AutoRemoveJob | Set-Content ./docs/public-api.txt
}

function Invoke-Package {
    Invoke-Build
    $version = (Import-PowerShellDataFile ./PgHa.psd1).ModuleVersion
    $folder = "$PSScriptRoot/artifacts/PgHa"
    $zip = "$PSScriptRoot/artifacts/PgHa-$version.zip"
    Remove-Item $folder, $zip -Recurse -Force -ErrorAction Ignore
    $null = New-Item -ItemType Directory $folder
    Copy-Item ./PgHa.psd1, ./bin, ./en-US, ./LICENSE, ./README.md, ./CHANGELOG.md $folder -Recurse

    # Azure Automation takes a zip whose folder and manifest share the module's name, with these limits.
    [IO.Compression.ZipFile]::CreateFromDirectory($folder, $zip, 'Optimal', $true)
    $long = Get-ChildItem $folder -Recurse | Where-Object { $_.FullName.Length - "$PSScriptRoot/artifacts/".Length -ge 140 }
    if ($long) { throw "Azure Automation's paths have fewer than 140 characters: $long" }
    if ((Get-Item $zip).Length -ge 100MB) { throw "Azure Automation's modules have less than 100 MB: $zip" }
    $null = Test-ModuleManifest "$folder/PgHa.psd1"
    Get-Item $zip
}

function Invoke-Demo { dotnet run --project src/PgHa.Quickstart }

function Invoke-Laboratory {
    Invoke-Build
    ./tests/laboratory/lab up 3
    @'

Three hosts run: h1, h2 and h3, and an operator who reaches them by ssh. What to type next:
  lab=tests/laboratory/lab
  $lab exec h1 sh -c 'pg_createcluster 15 a -- -A trust && systemctl start postgresql@15-a'
  $lab exec h1 pwsh -NoProfile -c 'Import-Module /opt/pgha/PgHa.psd1; Get-PgInstance | Test-PgCluster -Detailed'
  $lab exec op ssh h2
  $lab cut h1 h2; $lab heal h1 h2; $lab crash h1; $lab boot h1; $lab reboot h2; $lab fill h3; $lab free h3
  $lab status; $lab help
  $lab down
'@
}

function Invoke-Bench {
    Invoke-Build
    ./tests/benchmarks/Compare-Build.ps1
    ./tests/benchmarks/Measure-Import.ps1
    ./tests/benchmarks/Compare-PrimaryChange.ps1
}

function Invoke-Clean {
    foreach ($configuration in 'Debug', 'Release') { dotnet clean --configuration $configuration --verbosity quiet }
    Remove-Item ./bin, ./en-US, ./artifacts -Recurse -Force -ErrorAction Ignore
}

Push-Location $PSScriptRoot
try { foreach ($name in $Task) { & "Invoke-$name" } }
finally { Pop-Location }
