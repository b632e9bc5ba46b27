#requires -Version 7.4
<#
.SYNOPSIS
    Times how long nobody can write while the primary of a three-node cluster changes.
.DESCRIPTION
    What the old primary wrote last and nobody acknowledged is given up (-AllowDataLoss). A client writes a row every 5 ms to whoever takes writes, and prints the server's clock with each. A switchover
    costs the longest time between two rows; a failover is timed from the call of Invoke-PgFailover to the first row on
    the new primary, and a rejoin is the call of Repair-PgStandby, until the old primary streams. On a tmpfs where there
    is one. Compare with repmgr's and Patroni's own figures taken the same way.
.EXAMPLE
    ./Measure-PrimaryChange.ps1 -Runs 10
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Runs = 10,
    [string] $BinDirectory = (Get-ChildItem /usr/lib/postgresql/15/bin, /usr/pgsql-15/bin -ErrorAction Ignore | Select-Object -First 1).DirectoryName,
    [int] $BasePort = 9780
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
if (-not $BinDirectory) { throw 'PostgreSQL 15 was not found: name its programs with -BinDirectory.' }
$repository = (Resolve-Path "$PSScriptRoot/../..").Path
Import-Module "$repository/PgHa.psd1"
$base = (Test-Path /dev/shm) ? '/dev/shm' : [IO.Path]::GetTempPath()
$root = Join-Path $base "pgha-benchmark-$PID"
$rows = New-TemporaryFile

function Get-Median([double[]] $Values) {
    $sorted = $Values | Sort-Object
    ($sorted[[math]::Floor(($sorted.Count - 1) / 2)] + $sorted[[math]::Ceiling(($sorted.Count - 1) / 2)]) / 2
}

function Get-Now { [DateTimeOffset]::UtcNow.ToUnixTimeMilliseconds() / 1000.0 }

# The times of the rows since a moment, and the last one before it.
function Get-Row([double] $Since) {
    $all = @(Get-Content $rows | Where-Object { $_ -match '^\d+\.\d+$' } | ForEach-Object { [double]$_ })
    @($all | Where-Object { $_ -lt $Since } | Select-Object -Last 1) + @($all | Where-Object { $_ -ge $Since })
}

function Get-LongestGap([double[]] $Times) {
    $longest = 0.0
    for ($i = 1; $i -lt $Times.Count; $i++) { $longest = [math]::Max($longest, $Times[$i] - $Times[$i - 1]) }
    $longest * 1000
}

function Wait-Row([double] $Since) {
    $deadline = [DateTime]::UtcNow.AddSeconds(30)
    while (-not (Get-Row $Since | Where-Object { $_ -ge $Since })) {
        if ([DateTime]::UtcNow -gt $deadline) { throw 'Nobody took a write for 30 s.' }
        Start-Sleep -Milliseconds 20
    }
    Start-Sleep -Milliseconds 300
}

$definition = @{
    Name = 'change'; Root = $root; BinDirectory = $BinDirectory
    SynchronousStandbyNames = 'ANY 1 (b, c)'
    Settings = @{ wal_log_hints = 'on' }
    Nodes = @(
        @{ Name = 'a'; Port = $BasePort }
        @{ Name = 'b'; Port = $BasePort + 1; Upstream = 'a'; SlotName = 'b' }
        @{ Name = 'c'; Port = $BasePort + 2; Upstream = 'a'; SlotName = 'c' }
    )
}
$writer = $null
try {
    $nodes = @{}
    New-PgCluster $definition -NoSync | ForEach-Object { $nodes[$_.Name] = $_ }
    $socket = $nodes.a.SocketDirectory
    $ports = ($nodes.a, $nodes.b, $nodes.c).Port -join ','
    & $BinDirectory/psql -X -q -h $socket -p $nodes.a.Port -U postgres -d postgres -c 'create table written (id bigserial primary key)'
    $conninfo = "host=$socket,$socket,$socket port=$ports user=postgres dbname=postgres target_session_attrs=read-write connect_timeout=2"
    $writer = Start-Process bash -ArgumentList "$PSScriptRoot/writer.sh", "$BinDirectory/psql", "`"$conninfo`"", $rows.FullName -PassThru
    Wait-Row (Get-Now)

    $cluster = $nodes.a | Get-PgCluster
    $primary = 'a'
    $switchovers = foreach ($run in 0..$Runs) {
        $next = @('b', 'c', 'a')[$run % 3]
        $since = Get-Now
        $cluster | Switch-PgPrimary -To $next
        Wait-Row (Get-Now)
        $primary = $next
        $gap = Get-LongestGap (Get-Row $since)
        if ($run -gt 0) { $gap }
    }

    $failovers = @()
    $rejoins = @()
    foreach ($run in 0..$Runs) {
        $nodes[$primary] | Stop-PgInstance -Mode Immediate
        $since = Get-Now
        $cluster | Invoke-PgFailover -Confirm:$false -WarningAction SilentlyContinue
        Wait-Row $since
        $first = (Get-Row $since | Where-Object { $_ -ge $since } | Select-Object -First 1) - $since
        $new = ($cluster.Members.Server | Get-PgCluster -WarningAction SilentlyContinue).Primary.Name
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $nodes[$primary] | Repair-PgStandby -Upstream $nodes[$new] -AllowDataLoss -Confirm:$false -WarningAction SilentlyContinue
        $rejoin = $watch.Elapsed.TotalMilliseconds
        if ($run -gt 0) { $failovers += $first * 1000; $rejoins += $rejoin }
        $primary = $new
    }

    # The old primary has commits that the new one never got: it has to be rewound.
    $rewinds = foreach ($run in 0..$Runs) {
        $standbys = @($nodes.Values | Where-Object Name -NE $primary)
        $standbys | Stop-PgInstance
        & $BinDirectory/psql -X -q -h $socket -p $nodes[$primary].Port -U postgres -d postgres -c 'set synchronous_commit = local' -c 'insert into written select from generate_series(1, 100)'
        $nodes[$primary] | Stop-PgInstance -Mode Immediate
        $standbys | Start-PgInstance
        $cluster | Invoke-PgFailover -AllowDataLoss -Confirm:$false -WarningAction SilentlyContinue
        $new = ($cluster.Members.Server | Get-PgCluster -WarningAction SilentlyContinue).Primary.Name
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $nodes[$primary] | Repair-PgStandby -Upstream $nodes[$new] -AllowDataLoss -Confirm:$false -WarningAction SilentlyContinue
        if ($run -gt 0) { $watch.Elapsed.TotalMilliseconds }
        # Whoever followed it follows the new primary: WAL kept for them would be copied in each rewind to come.
        $nodes[$primary] | Get-PgReplicationSlot | Where-Object IsActive -EQ $false | Remove-PgReplicationSlot -Confirm:$false
        $primary = $new
    }

    [pscustomobject]@{
        'Switchover, ms without writes'  = [math]::Round((Get-Median $switchovers))
        'Failover, ms to the first write' = [math]::Round((Get-Median $failovers))
        'Rejoin, ms'                      = [math]::Round((Get-Median $rejoins))
        'Rejoin with rewind, ms'          = [math]::Round((Get-Median $rewinds))
        Raw                               = "switchover $(($switchovers | ForEach-Object { [math]::Round($_) }) -join ' '); failover $(($failovers | ForEach-Object { [math]::Round($_) }) -join ' '); rejoin $(($rejoins | ForEach-Object { [math]::Round($_) }) -join ' '); rewind $(($rewinds | ForEach-Object { [math]::Round($_) }) -join ' ')"
    }
}
finally {
    if ($writer) { $writer | Stop-Process -Force; Start-Sleep -Milliseconds 200 }
    Get-PgInstance -Path $root | Sort-Object Port -Descending | Remove-PgInstance -Force -Confirm:$false
    Remove-Item -Recurse -Force $root, $rows
}
