# The cluster and the figures of Measure-PrimaryChange.ps1 and Measure-Repmgr.ps1, with the functions of BenchmarkTools.psm1.

$ErrorActionPreference = 'Stop'

# A primary and two standbys on slots, of which one must have a commit before it is acknowledged.
function New-BenchmarkCluster([string] $Root, [string] $BinDirectory, [string[]] $SlotName) {
    $port = Get-FreePort 3
    $nodes = @{}
    New-PgCluster -NoSync @{
        Name = 'change'; Root = $Root; BinDirectory = $BinDirectory
        SynchronousStandbyNames = 'ANY 1 (b, c)'
        Settings = @{ wal_log_hints = 'on' }
        Nodes = @(
            @{ Name = 'a'; Port = $port[0] }
            @{ Name = 'b'; Port = $port[1]; Upstream = 'a'; SlotName = $SlotName[0] }
            @{ Name = 'c'; Port = $port[2]; Upstream = 'a'; SlotName = $SlotName[1] }
        )
    } | ForEach-Object { $nodes[$_.Name] = $_ }
    $nodes
}

# The four figures of a cluster made by New-BenchmarkCluster, whose primary is a, and the processor time of the tool for each, which a
# busy machine disturbs less. Each has one round more, which does not count. Switch is called with the name of the primary to be;
# Failover with the standby that has the most WAL, and whether data is given up; Repair with the old and the new primary.
function Measure-Change([hashtable] $Nodes, $Writer, [int] $Runs, [scriptblock] $Switch, [scriptblock] $Failover, [scriptblock] $Repair) {
    $primary = 'a'
    $used = @{ Switch = @(); Failover = @(); Repair = @(); Rewind = @() }
    $switchovers = foreach ($run in 0..$Runs) {
        $primary = @('b', 'c', 'a')[$run % 3]
        $since = Get-Now
        $processor = Get-ProcessorTime
        $null = & $Switch $primary
        if ($run -gt 0) { $used.Switch += (Get-ProcessorTime) - $processor }
        $null = Wait-Streaming $Nodes[$primary] @($Nodes.Keys -ne $primary)
        Wait-Row $Writer (Get-Now)
        if ($run -gt 0) { Get-LongestGap $Writer $since }
    }

    $failovers, $repairs, $rewinds = @(), @(), @()
    foreach ($diverged in $false, $true) {
        foreach ($run in 0..$Runs) {
            $standbys = @($Nodes.Values | Where-Object Name -NE $primary)
            if ($diverged) {
                # Commits that no standby ever gets: the old primary has to be rewound.
                $standbys | Stop-PgInstance
                Invoke-Sql $Nodes[$primary] 'set synchronous_commit = local', 'insert into written select from generate_series(1, 100)'
            }
            $Nodes[$primary] | Stop-PgInstance -Mode Immediate
            if ($diverged) { $standbys | Start-PgInstance }
            $most = $standbys | Sort-Object { [long](Invoke-Sql $_ "select greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0'") } | Select-Object -Last 1

            $since = Get-Now
            $processor = Get-ProcessorTime
            $null = & $Failover $most.Name $diverged
            if ($run -gt 0) { $used.Failover += (Get-ProcessorTime) - $processor }
            Wait-Row $Writer $since
            $written = ((Get-FirstRow $Writer $since) - $since) * 1000

            $new = ($standbys | Where-Object { (Invoke-Sql $_ 'select pg_is_in_recovery()') -eq 'f' }).Name
            $since = Get-Now
            $processor = Get-ProcessorTime
            $null = & $Repair $primary $new
            if ($run -gt 0) { $used[$diverged ? 'Rewind' : 'Repair'] += (Get-ProcessorTime) - $processor }
            $streaming = ((Wait-Streaming $Nodes[$new] $primary) - $since) * 1000
            $null = Wait-Streaming $Nodes[$new] @($Nodes.Keys -ne $new)
            if ($run -gt 0) {
                if ($diverged) { $rewinds += $streaming } else { $failovers += $written; $repairs += $streaming }
            }
            # Whoever followed it follows the new primary: WAL kept for them would be copied in each rewind to come.
            $Nodes[$primary] | Get-PgReplicationSlot | Where-Object IsActive -EQ $false | Remove-PgReplicationSlot -Confirm:$false
            $primary = $new
            Clear-OldWal $Nodes[$primary] $Nodes.Values.Where({ $_.Name -ne $primary })
        }
    }

    New-Figure 'Switchover: longest time without a write' $switchovers
    New-Figure 'Failover: call to first write' $failovers
    New-Figure 'Repair: call to streaming' $repairs
    New-Figure 'Repair with rewind: call to streaming' $rewinds
    New-Figure 'Switchover: processor time' $used.Switch
    New-Figure 'Failover: processor time' $used.Failover
    New-Figure 'Repair: processor time' $used.Repair
    New-Figure 'Repair with rewind: processor time' $used.Rewind
}
