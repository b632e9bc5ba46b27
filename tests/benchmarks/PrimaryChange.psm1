# What the measurements of a change of primary share: the cluster, the client that writes, and what they make of its rows.

$ErrorActionPreference = 'Stop'

# PostgreSQL refuses to run as root, and so do repmgr and Patroni. setpriv becomes the program: its id is the program's.
$asServer = (id -u) -eq 0 ? @('setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', '--') : @()

function Get-BenchmarkBinDirectory {
    $found = Get-ChildItem /usr/lib/postgresql/15/bin, /usr/pgsql-15/bin -ErrorAction Ignore | Select-Object -First 1
    $found ? $found.DirectoryName : $(throw 'PostgreSQL 15 was not found: name its programs with -BinDirectory.')
}

# A name for a folder that isn't there yet, on a tmpfs where there is one.
function Get-BenchmarkRoot([string] $Name) {
    Join-Path ((Test-Path /dev/shm) ? '/dev/shm' : [IO.Path]::GetTempPath()) "pgha-benchmark-$Name-$PID"
}

# They are all held before the first is let go, so that no two are the same.
function Get-FreePort([int] $Count) {
    $listeners = foreach ($i in 1..$Count) {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $listener
    }
    foreach ($listener in $listeners) { $listener.LocalEndpoint.Port; $listener.Stop() }
}

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

function Remove-BenchmarkCluster([string] $Root) {
    if (-not (Test-Path $Root)) { return }
    Get-PgInstance -Path $Root | Sort-Object Port -Descending | Remove-PgInstance -Force -Confirm:$false
    Remove-Item -Recurse -Force $Root
}

function Invoke-Sql($Server, [string[]] $Sql) {
    $commands = foreach ($statement in $Sql) { '-c'; $statement }
    & "$($Server.BinDirectory)/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h $Server.SocketDirectory -p $Server.Port -U postgres -d postgres @commands
    if ($LASTEXITCODE -ne 0) { throw "psql failed at port $($Server.Port): $Sql" }
}

# Runs a program as the servers' user, 120 s at most. What it prints goes to a file: a pipe would stay open for as long as
# a server that it started.
function Invoke-AsServer([string] $Log, [string[]] $Command) {
    bash -c '"$@" >> "$0" 2>&1 < /dev/null' $Log timeout --foreground 120 @asServer @Command
    if ($LASTEXITCODE -ne 0) { throw "$Command ended with $LASTEXITCODE.`n$((Get-Content $Log -Tail 15) -join "`n")" }
}

function Start-AsServer([string] $Log, [string[]] $Command) {
    [Diagnostics.Process]::Start('bash', [string[]](@('-c', 'exec "$@" >> "$0" 2>&1 < /dev/null', $Log) + $asServer + $Command))
}

function Stop-Started([Diagnostics.Process[]] $Process) {
    foreach ($one in $Process) {
        if (-not $one.HasExited) { $one.Kill() }
        $null = $one.WaitForExit(5000)
    }
}

# The client: a row every 5 ms to whoever of the servers takes writes, the first of which does now.
function Start-Writer($Servers) {
    $first = $Servers[0]
    Invoke-Sql $first 'create table written (id bigserial primary key)'
    $rows = (New-TemporaryFile).FullName
    $conninfo = "host=$($Servers.SocketDirectory -join ',') port=$($Servers.Port -join ',') user=postgres dbname=postgres target_session_attrs=read-write connect_timeout=2"
    $process = [Diagnostics.Process]::Start('bash', [string[]]@("$PSScriptRoot/writer.sh", "$($first.BinDirectory)/psql", $conninfo, $rows))
    $writer = [pscustomobject]@{ Process = $process; Rows = $rows }
    Wait-Row $writer (Get-Now)
    $writer
}

# Its psql ends with the server it writes to.
function Stop-Writer($Writer) {
    Stop-Started $Writer.Process
    Remove-Item $Writer.Rows
}

function Get-Now { [DateTimeOffset]::UtcNow.ToUnixTimeMilliseconds() / 1000.0 }

# The times of the rows since a moment, and the last one before it.
function Get-Row($Writer, [double] $Since) {
    $all = @(Get-Content $Writer.Rows | Where-Object { $_ -match '^\d+\.\d+$' } | ForEach-Object { [double]$_ })
    @($all | Where-Object { $_ -lt $Since } | Select-Object -Last 1) + @($all | Where-Object { $_ -ge $Since })
}

function Get-FirstRow($Writer, [double] $Since) {
    Get-Row $Writer $Since | Where-Object { $_ -ge $Since } | Select-Object -First 1
}

function Wait-Row($Writer, [double] $Since) {
    $deadline = [DateTime]::UtcNow.AddSeconds(60)
    while (-not (Get-FirstRow $Writer $Since)) {
        if ([DateTime]::UtcNow -gt $deadline) { throw 'Nobody took a write for 60 s.' }
        Start-Sleep -Milliseconds 20
    }
    Start-Sleep -Milliseconds 300
}

# Milliseconds without a write, at the longest.
function Get-LongestGap($Writer, [double] $Since) {
    $times = Get-Row $Writer $Since
    $longest = 0.0
    for ($i = 1; $i -lt $times.Count; $i++) { $longest = [math]::Max($longest, $times[$i] - $times[$i - 1]) }
    $longest * 1000
}

# When the connection began over which the last of these standbys streams now, in seconds of the server's clock, once all
# do. repmgr looks once a second whether a standby streams, and may well come back long after it did.
function Wait-Streaming($Upstream, [string[]] $Name) {
    $deadline = [DateTime]::UtcNow.AddSeconds(60)
    $names = ($Name | ForEach-Object { "'$_'" }) -join ', '
    do {
        $since = @(Invoke-Sql $Upstream "select extract(epoch from backend_start) from pg_stat_replication where state = 'streaming' and application_name in ($names) order by 1")
        if ($since.Count -eq $Name.Count) { return [double]$since[-1] }
        Start-Sleep -Milliseconds 50
    } while ([DateTime]::UtcNow -lt $deadline)
    throw "Within 60 s not all of $Name streamed from port $($Upstream.Port)."
}

function Get-Median([double[]] $Values) {
    $sorted = $Values | Sort-Object
    ($sorted[[math]::Floor(($sorted.Count - 1) / 2)] + $sorted[[math]::Ceiling(($sorted.Count - 1) / 2)]) / 2
}

function New-Figure([string] $Figure, [double[]] $Milliseconds, [string] $Note) {
    [pscustomobject]@{ Figure = $Figure; Median = [math]::Round((Get-Median $Milliseconds)); Raw = $Milliseconds.ForEach({ [math]::Round($_) }) -join ' '; Note = $Note }
}

# The four figures of a cluster made by New-BenchmarkCluster, whose primary is a. Each has one round more, which does not
# count. Switch is called with the name of the primary to be; Failover with the standby that has the most WAL, and whether
# data is given up; Rejoin with the old and the new primary.
function Measure-Change([hashtable] $Nodes, $Writer, [int] $Runs, [scriptblock] $Switch, [scriptblock] $Failover, [scriptblock] $Rejoin) {
    $primary = 'a'
    $switchovers = foreach ($run in 0..$Runs) {
        $primary = @('b', 'c', 'a')[$run % 3]
        $since = Get-Now
        $null = & $Switch $primary
        $null = Wait-Streaming $Nodes[$primary] @($Nodes.Keys -ne $primary)
        Wait-Row $Writer (Get-Now)
        if ($run -gt 0) { Get-LongestGap $Writer $since }
    }

    $failovers, $rejoins, $rewinds = @(), @(), @()
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
            $null = & $Failover $most.Name $diverged
            Wait-Row $Writer $since
            $written = ((Get-FirstRow $Writer $since) - $since) * 1000

            $new = ($standbys | Where-Object { (Invoke-Sql $_ 'select pg_is_in_recovery()') -eq 'f' }).Name
            $since = Get-Now
            $null = & $Rejoin $primary $new
            $streaming = ((Wait-Streaming $Nodes[$new] $primary) - $since) * 1000
            $null = Wait-Streaming $Nodes[$new] @($Nodes.Keys -ne $new)
            if ($run -gt 0) {
                if ($diverged) { $rewinds += $streaming } else { $failovers += $written; $rejoins += $streaming }
            }
            # Whoever followed it follows the new primary: WAL kept for them would be copied in each rewind to come.
            $Nodes[$primary] | Get-PgReplicationSlot | Where-Object IsActive -EQ $false | Remove-PgReplicationSlot -Confirm:$false
            $primary = $new
        }
    }

    New-Figure 'Switchover, ms without writes' $switchovers
    New-Figure 'Failover, ms to the first write' $failovers
    New-Figure 'Rejoin, ms' $rejoins
    New-Figure 'Rejoin with rewind, ms' $rewinds
}
