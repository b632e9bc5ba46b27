#requires -Version 7.4
<#
.SYNOPSIS
    Builds, tests, documents and packages the module.
.DESCRIPTION
    Build       the module into bin/, from where PgHa.psd1 imports it
    Test        everything, as `dotnet test` does
    Docs        the help that Get-Help shows, from docs/en-US
    Api         docs/public-api.txt: what a test holds the cmdlets, parameters and outputs to
    Package     the gallery's package, the zip for a file share or Azure Automation, their components and checksums, in artifacts/
    Coverage    the lines that the tests run, in artifacts/coverage; less than 95 % of the domain is a failure
    Mutation    whether the tests notice changes of the decisions in a switchover, failover and repair; docs/reliability.md; takes long
    Reliability docs/reliability.md: faults at every step of an operation, and schedules by seed, under writers; a quarter of an hour
    Demo        the reference cluster, raised, shown and removed
    Laboratory  hosts with systemd, sshd and PostgreSQL on this machine, left running to play with (Linux, as root)
    Bench       docs/benchmarks.md: the cmdlets beside a bash script, psql, repmgr and Patroni
    Clean       removes what the others made
.EXAMPLE
    ./build.ps1 -Task Build, Test
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Docs', 'Api', 'Package', 'Coverage', 'Mutation', 'Reliability', 'Demo', 'Laboratory', 'Bench', 'Clean')]
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
    # From nothing, so that nothing of an earlier build is packed.
    Remove-Item ./bin, ./en-US -Recurse -Force -ErrorAction Ignore
    # Those with native code. Any other platform runs the portable copy.
    $platforms = 'linux-x64', 'linux-arm64', 'win-x64', 'osx-arm64'
    dotnet build src/PgHa.Commands --configuration Release "-p:NativePlatforms=$($platforms -join '%3B')"
    $without = $platforms | Where-Object { -not (Test-Path "./bin/$_/PgHa.dll") }
    if ($without) { throw "There is no native code for $($without -join ', ')." }
    ./src/PgHa.Package/New-Package.ps1 -Destination ./artifacts
}

function Invoke-Coverage { ./tests/coverage/Measure-Coverage.ps1 }

function Invoke-Mutation { ./tests/mutation/Measure-Mutation.ps1 }

function Invoke-Reliability { ./tests/reliability/Write-Reliability.ps1 }

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
    ./tests/benchmarks/Write-Benchmarks.ps1
}

function Invoke-Clean {
    foreach ($configuration in 'Debug', 'Release') { dotnet clean --configuration $configuration --verbosity quiet }
    Remove-Item ./bin, ./en-US, ./artifacts -Recurse -Force -ErrorAction Ignore
}

Push-Location $PSScriptRoot
try { foreach ($name in $Task) { & "Invoke-$name" } }
finally { Pop-Location }
