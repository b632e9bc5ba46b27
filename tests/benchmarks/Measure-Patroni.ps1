#requires -Version 7.4
<#
.SYNOPSIS
    Times how long nobody can write while Patroni changes the primary of a three-node cluster, with etcd.
.DESCRIPTION
    The client and the figures of Measure-PrimaryChange.ps1, on a cluster of Patroni's own with the same settings, but for one:
    a synchronous standby is the nearest that Patroni 3 has to "any one of two", and a new primary takes writes before it has
    one. With -LoopWait 1 Patroni's times are the shortest that it documents, with 10 they are its defaults.

    For a failover the primary's server crashes, not its agent, which is told not to start it again
    (primary_start_timeout: 0). The agent looks every loop_wait seconds: with more than one, patronictl failover, which wakes
    it, is the faster way. Were the agent dead as well, nothing would happen before its key's time (ttl) ran out.

    For a repair the agent ends with its server, and its key is deleted at once instead of after the ttl. The figure is from
    the start of Patroni on the old primary, as the other figures are from the call of the command, until it streams.
.EXAMPLE
    ./Measure-Patroni.ps1 -Runs 10 -LoopWait 1
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Runs = 10,
    [string] $BinDirectory,
    [ValidateRange(1, 10)] [int] $LoopWait = 10
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module "$PSScriptRoot/../../PgHa.psd1"
Import-Module "$PSScriptRoot/BenchmarkTools.psm1" -Force
if (-not $BinDirectory) { $BinDirectory = Get-BenchmarkBinDirectory }
$missing = 'patroni', 'patronictl', 'etcd' | Where-Object { -not (Get-Command $_ -CommandType Application -ErrorAction Ignore) }
if ($missing) { Write-Warning "Not installed: $missing."; return }
$root = Get-BenchmarkRoot patroni
$log = "$root/patroni.log"
$ports = Get-FreePort 8
$etcd = "127.0.0.1:$($ports[0])"
$nodes = [ordered]@{}
foreach ($name in 'a', 'b', 'c') {
    $nodes[$name] = [pscustomobject]@{
        Name = $name; Port = $ports[2 + $nodes.Count]; Rest = "127.0.0.1:$($ports[5 + $nodes.Count])"; BinDirectory = $BinDirectory
        DataDirectory = "$root/$name"; SocketDirectory = $root; Agent = $null
    }
}

# The configuration is YAML, and JSON is that.
function Set-Configuration($Node) {
    $login = @{ username = 'postgres' }
    @{
        scope = 'change'; name = $Node.Name
        etcd3 = @{ host = $etcd }
        restapi = @{ listen = $Node.Rest; connect_address = $Node.Rest }
        bootstrap = @{
            dcs = @{
                loop_wait = $LoopWait; ttl = $LoopWait -lt 10 ? 20 : 30; retry_timeout = $LoopWait -lt 10 ? 3 : 10
                primary_start_timeout = 0; synchronous_mode = $true
                postgresql = @{ use_pg_rewind = $true; use_slots = $true; parameters = @{ wal_log_hints = 'on' } }
            }
            initdb = @(@{ encoding = 'UTF8' }, 'no-sync')
        }
        postgresql = @{
            listen = "127.0.0.1:$($Node.Port)"; connect_address = "127.0.0.1:$($Node.Port)"
            data_dir = $Node.DataDirectory; bin_dir = $BinDirectory; pgpass = "$root/$($Node.Name).pgpass"
            authentication = @{ superuser = $login; replication = $login; rewind = $login }
            parameters = @{ unix_socket_directories = $root; logging_collector = 'on'; log_directory = 'log' }
            pg_hba = 'local all all trust', 'host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust'
        }
    } | ConvertTo-Json -Depth 6 | Set-Content "$root/$($Node.Name).yml"
}

function Start-Agent($Node) { $Node.Agent = Start-AsServer "$root/$($Node.Name).log" (Get-Command patroni).Source, "$root/$($Node.Name).yml" }

# Waits until both standbys stream and one is synchronous. Emits the names of the leader and of that one.
function Wait-Cluster {
    $deadline = [DateTime]::UtcNow.AddSeconds(120)
    while ([DateTime]::UtcNow -lt $deadline) {
        Start-Sleep -Milliseconds 100
        foreach ($node in $nodes.Values) {
            try { $cluster = Invoke-RestMethod "http://$($node.Rest)/cluster" -TimeoutSec 2; break }
            catch { $cluster = $null }
        }
        $leader = $cluster.members | Where-Object role -EQ leader
        $synchronous = $cluster.members | Where-Object role -EQ sync_standby
        if ($leader -and $synchronous -and @($cluster.members | Where-Object state -In running, streaming).Count -eq 3) {
            $null = Wait-Streaming $nodes[$leader.name] @($nodes.Keys -ne $leader.name)
            return $leader.name, $synchronous.name
        }
    }
    throw "Within 120 s Patroni's cluster was not whole."
}

# The server ends as in a crash, and its agent before it or not at all. Emits the time of the blow.
function Stop-Server($Node, [switch] $WithAgent) {
    if ($WithAgent) { Stop-Started $Node.Agent }
    $postmaster = Get-Process -Id (Get-Content "$($Node.DataDirectory)/postmaster.pid" -TotalCount 1)
    Get-Now
    /bin/kill -QUIT $postmaster.Id
    if (-not $postmaster.WaitForExit(30000)) { throw "$($Node.Name) did not end within 30 s." }
}

$writer = $null
$etcdProcess = $null
try {
    $null = New-Item -ItemType Directory $root
    if ((id -u) -eq 0) { chown postgres: $root }
    $etcdProcess = Start-AsServer "$root/etcd.log" etcd, --data-dir, "$root/etcd", --listen-client-urls, "http://$etcd", --advertise-client-urls, "http://$etcd", --listen-peer-urls, "http://127.0.0.1:$($ports[1])", --initial-advertise-peer-urls, "http://127.0.0.1:$($ports[1])", --initial-cluster, "default=http://127.0.0.1:$($ports[1])"
    foreach ($node in $nodes.Values) { Set-Configuration $node; Start-Agent $node }
    $leader, $synchronous = Wait-Cluster
    $writer = Start-Writer $root (@($nodes[$leader]) + $nodes.Values.Where({ $_.Name -ne $leader }))
    Wait-Row $writer (Get-Now)

    $switchovers = foreach ($run in 0..$Runs) {
        $leader, $synchronous = Wait-Cluster
        $since = Get-Now
        Invoke-AsServer $log patronictl, -c, "$root/a.yml", switchover, change, --leader, $leader, --candidate, $synchronous, --force
        $null = Wait-Cluster
        Wait-Row $writer (Get-Now)
        if ($run -gt 0) { Get-LongestGap $writer $since }
    }

    $failovers = foreach ($run in 0..$Runs) {
        $leader, $synchronous = Wait-Cluster
        $killed = Stop-Server $nodes[$leader]
        $since = Get-Now
        if ($LoopWait -gt 1) { Invoke-AsServer $log patronictl, -c, "$root/a.yml", failover, change, --candidate, $synchronous, --force }
        Wait-Row $writer $since
        if ($run -gt 0) { ((Get-FirstRow $writer $since) - ($LoopWait -gt 1 ? $since : $killed)) * 1000 }
    }

    $repairs, $rewinds = foreach ($diverged in $false, $true) {
        , @(foreach ($run in 0..$Runs) {
            $leader, $synchronous = Wait-Cluster
            $old, $new = $nodes[$leader, $synchronous]
            Clear-OldWal $old $nodes.Values.Where({ $_.Name -ne $leader })
            $null = Stop-Server $old -WithAgent
            # As if the time of its key had run out.
            $null = Invoke-RestMethod "http://$etcd/v3/kv/deleterange" -Method Post -Body (@{ key = [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes('/service/change/leader')) } | ConvertTo-Json)
            Wait-Row $writer (Get-Now)
            if ($diverged) {
                # Commits that no standby ever gets: it has to be rewound.
                $alone = [pscustomobject]@{ BinDirectory = $BinDirectory; SocketDirectory = $root; Port = Get-FreePort 1 }
                Invoke-AsServer $log "$BinDirectory/pg_ctl", start, -w, -D, $old.DataDirectory, -l, "$root/alone.log", -o, "-p $($alone.Port) -c wal_log_hints=on -c synchronous_standby_names="
                Invoke-Sql $alone 'insert into written select from generate_series(1, 100)'
                $null = Stop-Server $old
            }
            $since = Get-Now
            Start-Agent $old
            $streaming = ((Wait-Streaming $new $old.Name) - $since) * 1000
            if ($run -gt 0) { $streaming }
        })
    }

    New-Figure 'Switchover: longest time without a write' $switchovers
    New-Figure 'Failover: call to first write' $failovers ($LoopWait -gt 1 ? 'of patronictl failover' : 'of its own accord, from the crash')
    New-Figure 'Repair: call to streaming' $repairs 'from the start of Patroni there'
    New-Figure 'Repair with rewind: call to streaming' $rewinds 'from the start of Patroni there'
}
finally {
    Stop-Started (@($writer.Process; $nodes.Values.Agent; $etcdProcess))
    Remove-BenchmarkCluster $root
}
