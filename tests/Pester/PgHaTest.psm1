# What the Pester files share: real servers by major, a place and ports for them, and the module under test.
# `dotnet test` says by environment variables what there is. Without them (Invoke-Pester by hand) the
# machine's own packages and temporary folder serve.

Set-StrictMode -Version Latest

<#
.SYNOPSIS
The path of the module under test.
#>
function Get-PgHaTestModule {
    [OutputType([string])]
    param()
    $env:PGHA_TEST_MODULE ? $env:PGHA_TEST_MODULE : [IO.Path]::GetFullPath("$PSScriptRoot/../../PgHa.psd1")
}

<#
.SYNOPSIS
The PostgreSQL majors of this run; with -OfEachEra one of those that replicate alike, for long tests.
.DESCRIPTION
-ForScenarios is -OfEachEra for the longest tests: where PGHA_TEST_MAJORS names no majors, it gives the newest only.

Each is a hashtable, so that `Describe ... -ForEach (Get-PgHaTestMajor)` gives the tests $Major, $BinDirectory (initdb,
pg_ctl, postgres), $HasOwnTools (whether pg_basebackup, pg_rewind and the others are there too) and $ToolsDirectory
(whose pg_basebackup clones this major). Majors that can't be had on this machine are left out with a warning.
#>
function Get-PgHaTestMajor {
    [OutputType([hashtable])]
    param([switch] $OfEachEra, [switch] $ForScenarios)
    $known = $env:PGHA_TEST_INSTALLATIONS ? ($env:PGHA_TEST_INSTALLATIONS | ConvertFrom-Json -AsHashtable) : @(Find-InstalledMajor)
    foreach ($major in $known) {
        if ($major.ContainsKey('Unavailable')) { Write-Warning $major.Unavailable }
        elseif ($ForScenarios -and -not $major.IsOfScenarios) { continue }
        elseif (-not $OfEachEra -or $major.IsOfEra) { $major }
    }
}

<#
.SYNOPSIS
A new directory of the server user's (postgres, when the tests run as root).
#>
function New-PgHaTestArea {
    [OutputType([IO.DirectoryInfo])]
    param()
    $base = $env:PGHA_TEST_AREA ? $env:PGHA_TEST_AREA : [IO.Path]::GetTempPath()
    $path = Join-Path $base ('pester-' + [IO.Path]::GetRandomFileName().Replace('.', ''))
    if ([Environment]::IsPrivilegedProcess) { runuser -u (Get-PgHaTestUser) -- mkdir -m 0755 $path }
    else { $null = New-Item -ItemType Directory $path }
    Get-Item -LiteralPath $path -ErrorAction Stop
}

<#
.SYNOPSIS
Ends the servers whose data directories are in the area, and removes it.
#>
function Remove-PgHaTestArea {
    param([Parameter(Mandatory, ValueFromPipeline)] [AllowNull()] [IO.DirectoryInfo] $Area)
    process {
        # Null when BeforeAll failed before it had an area; AfterAll should not complain on top.
        if (-not $Area) { return }
        foreach ($file in Get-ChildItem $Area -Recurse -Depth 4 -Filter postmaster.pid) {
            $id = [int](Get-Content $file -TotalCount 1)
            # The id of a crashed server may be another process's by now: only a server works in its data directory.
            if ((Get-Item "/proc/$id/cwd" -ErrorAction Ignore)?.LinkTarget -ne $file.DirectoryName) { continue }
            sh -c "kill -QUIT $id"
            Wait-Process -Id $id -Timeout 10 -ErrorAction Ignore
        }
        Remove-Item -LiteralPath $Area -Recurse -Force
    }
}

<#
.SYNOPSIS
Adjacent free loopback ports.
#>
function Get-PgHaTestPort {
    [OutputType([int])]
    param([int] $Count = 1)
    $first, $last = ($env:PGHA_TEST_PORTS ? $env:PGHA_TEST_PORTS : '19001-19099') -split '-'
    # In the environment, so that another import of this file does not start over.
    $next = [int]($env:PGHA_TEST_NEXT_PORT ? $env:PGHA_TEST_NEXT_PORT : $first)
    if ($next + $Count - 1 -gt $last) { throw "The test ports $first-$last are used up." }
    $env:PGHA_TEST_NEXT_PORT = $next + $Count
    $next..($next + $Count - 1)
}

<#
.SYNOPSIS
The OS user that runs the servers.
#>
function Get-PgHaTestUser {
    [OutputType([string])]
    param()
    if ($env:PGHA_TEST_USER) { $env:PGHA_TEST_USER }
    elseif ([Environment]::IsPrivilegedProcess) { 'postgres' }
    else { [Environment]::UserName }
}

<#
.SYNOPSIS
The program that starts another PowerShell like this one: a single process, which a kill ends.
.DESCRIPTION
The `pwsh` on PATH may be another version or missing. The path of this process may be `dotnet`, and the launcher of the
.NET tool starts the PowerShell as a child, which survives the launcher.
#>
function Get-PgHaTestPowerShell {
    [OutputType([string])]
    param()
    Join-Path $PSHOME pwsh
}

<#
.SYNOPSIS
Starts another PowerShell with a command, its output in a file, and does not wait for its end.
.DESCRIPTION
The shell opens the file and becomes the PowerShell. Start-Process would copy the output in this process, which does
not always survive the kill of the other one.
#>
function Start-PgHaTestPowerShell {
    [OutputType([Diagnostics.Process])]
    param([Parameter(Mandatory)] [string] $Command, [Parameter(Mandatory)] [string] $OutputPath)
    $start = [Diagnostics.ProcessStartInfo]::new('sh')
    $script = 'exec "$0" -NoProfile -NonInteractive -Command "$1" >"$2" 2>&1 </dev/null'
    foreach ($argument in '-c', $script, (Get-PgHaTestPowerShell), $Command, $OutputPath) { $start.ArgumentList.Add($argument) }
    [Diagnostics.Process]::Start($start)
}

function Find-InstalledMajor {
    foreach ($bin in Get-Item /usr/lib/postgresql/*/bin, /usr/pgsql-*/bin -ErrorAction Ignore) {
        if (-not (Test-Path "$bin/pg_basebackup")) { continue }
        @{
            Major = [int]($bin.FullName -replace '\D'); IsOfEra = $true; IsOfScenarios = $true; BinDirectory = $bin.FullName
            HasOwnTools = $true; ToolsDirectory = $bin.FullName
        }
    }
}

Export-ModuleMember -Function *-PgHaTest*
