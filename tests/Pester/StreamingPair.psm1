# A primary and a hot standby on the slot standby_slot, made by PostgreSQL's own programs, for tests of commands that
# work by SQL alone: the instances have no data directory.

Set-StrictMode -Version Latest
Import-Module $PSScriptRoot/PgHaTest.psm1

<#
.SYNOPSIS
The primary and the standby, both running.
#>
function New-StreamingPair {
    param([IO.DirectoryInfo] $Area, [string] $BinDirectory, [string] $ToolsDirectory, [int] $Major, [string[]] $Setting = @())
    $script:Psql = "$ToolsDirectory/psql"
    $port = Get-PgHaTestPort -Count 2
    Invoke-ServerProgram "$BinDirectory/initdb" -D "$Area/primary" -U postgres -A trust -N --locale=C
    Add-ServerSetting "$Area/primary" ("port = $($port[0])", "unix_socket_directories = '$Area'", 'fsync = off', 'wal_level = replica',
        'max_wal_senders = 10', 'max_replication_slots = 10', 'hot_standby = on', 'logging_collector = on',
        "log_directory = 'log'") $Setting
    Start-TestServer $BinDirectory $Area primary
    $primary = [PgHa.PgInstance]@{ Name = 'primary'; Port = $port[0] }
    $null = Invoke-Psql $primary "select pg_create_physical_replication_slot('standby_slot')"

    Invoke-ServerProgram "$ToolsDirectory/pg_basebackup" -D "$Area/standby" -h 127.0.0.1 -p $port[0] -U postgres -c fast -X stream -N
    $recovery = "primary_conninfo = 'host=127.0.0.1 port=$($port[0]) user=postgres application_name=standby'",
        "primary_slot_name = 'standby_slot'"
    Add-ServerSetting "$Area/standby" ("port = $($port[1])")
    if ($Major -ge 12) {
        Add-ServerSetting "$Area/standby" $recovery
        Invoke-ServerProgram touch "$Area/standby/standby.signal"
    }
    else {
        Invoke-ServerProgram touch "$Area/standby/recovery.conf"
        Set-Content "$Area/standby/recovery.conf" (@('standby_mode = on') + $recovery)
    }
    Start-TestServer $BinDirectory $Area standby
    Wait-Psql $primary "select count(*) from pg_stat_replication where state = 'streaming'" 1

    $primary
    [PgHa.PgInstance]@{ Name = 'standby'; Port = $port[1] }
}

<#
.SYNOPSIS
What psql prints for a statement.
#>
function Invoke-Psql($Instance, [string] $Sql) {
    $out = & $script:Psql -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p $Instance.Port -U postgres -d postgres -c $Sql 2>&1
    if ($LASTEXITCODE -ne 0) { throw "psql on ${Instance}: $out" }
    # 19 pads positions with zeros.
    $out | ForEach-Object { $_ -replace '\b([0-9A-F]{1,8})/0+(?=[0-9A-F]{1,7}\b)', '$1/' }
}

<#
.SYNOPSIS
Waits until psql prints a value.
#>
function Wait-Psql($Instance, [string] $Sql, [string] $Value) {
    $deadline = [DateTime]::UtcNow.AddSeconds(60)
    while ((Invoke-Psql $Instance $Sql) -ne $Value) {
        if ([DateTime]::UtcNow -gt $deadline) { throw "Not before the deadline on ${Instance}: $Sql" }
        Start-Sleep -Milliseconds 50
    }
}

<#
.SYNOPSIS
Starts or stops the server of a pair.
#>
function Start-TestServer([string] $BinDirectory, $Area, [string] $Name) {
    Invoke-ServerProgram "$BinDirectory/pg_ctl" -D "$Area/$Name" -l "$Area/$Name.log" -w start
}

function Stop-TestServer([string] $BinDirectory, $Area, [string] $Name) {
    Invoke-ServerProgram "$BinDirectory/pg_ctl" -D "$Area/$Name" -m fast -w stop
}

function Add-ServerSetting([string] $DataDirectory, [string[]] $Setting, [string[]] $More = @()) {
    Add-Content "$DataDirectory/postgresql.conf" ($Setting + $More)
}

# Servers refuse to run as root.
function Invoke-ServerProgram {
    $line = [Environment]::IsPrivilegedProcess ? @('runuser', '-u', (Get-PgHaTestUser), '--') + $args : $args
    $output = & $line[0] $line[1..($line.Count - 1)] 2>&1
    if ($LASTEXITCODE -ne 0) { throw "$line failed: $output" }
}

<#
.SYNOPSIS
What Tab offers at the end of a line. It gives up after a second, which a busy machine needs for itself at times.
#>
function Get-TabCompletion([string] $Line) {
    foreach ($attempt in 1..20) {
        $found = @((TabExpansion2 $Line -cursorColumn $Line.Length).CompletionMatches | Where-Object ResultType -EQ ParameterValue)
        if ($found) { return $found.CompletionText }
    }
}

Export-ModuleMember -Function Get-TabCompletion, Invoke-ServerProgram, New-StreamingPair, Invoke-Psql, Wait-Psql,
    Start-TestServer, Stop-TestServer
