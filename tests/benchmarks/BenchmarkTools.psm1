# What the measurements of a change of primary share: programs as the servers' user, the client that writes, and what they
# make of its rows.

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

function Remove-BenchmarkCluster([string] $Root) {
    if (-not (Test-Path $Root)) { return }
    try { Get-PgInstance -Path $Root | Sort-Object Port -Descending | Remove-PgInstance -Force -Confirm:$false -WarningAction Ignore }
    finally { Remove-Item -Recurse -Force $Root }
}

# Every change of primary leaves a WAL file of its timeline, which the work between two changes would see removed: here round follows
# on round in one segment, and pg_rewind would copy one file more in each.
function Clear-OldWal($Primary, $Standbys) {
    $null = Invoke-Sql $Primary 'select pg_switch_wal()', 'checkpoint'
    # The slots have to move on.
    Start-Sleep -Milliseconds 300
    $null = Invoke-Sql $Primary 'checkpoint'
    foreach ($standby in $Standbys) { $null = Invoke-Sql $standby 'checkpoint' }
}

function Invoke-Sql($Server, [string[]] $Sql) {
    $commands = foreach ($statement in $Sql) { '-c'; $statement }
    & "$($Server.BinDirectory)/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h $Server.SocketDirectory -p $Server.Port -U postgres -d postgres @commands
    if ($LASTEXITCODE -ne 0) { throw "psql failed at port $($Server.Port): $Sql" }
}

# Starts a program as the servers' user, in a process group of its own: what it starts is in it too, except for servers.
# What they print goes to a file: a pipe would stay open for as long as a server does.
function Start-AsServer([string] $Log, [string[]] $Command) {
    [Diagnostics.Process]::Start('bash', [string[]](@('-c', 'exec setsid "$@" >> "$0" 2>&1 < /dev/null', $Log) + $asServer + $Command))
}

function Stop-Started([Diagnostics.Process[]] $Process) {
    foreach ($one in $Process | Where-Object { $_ -and -not $_.HasExited }) {
        /bin/kill -KILL -- "-$($one.Id)"
        $null = $one.WaitForExit(5000)
    }
}

function Invoke-AsServer([string] $Log, [string[]] $Command) {
    $deadline = [DateTime]::UtcNow.AddSeconds(120)
    $process = Start-AsServer $Log $Command
    try {
        while (-not $process.WaitForExit(200)) {
            if ([DateTime]::UtcNow -gt $deadline) { throw "$Command did not end within 120 s." }
        }
    }
    finally { Stop-Started $process }
    if ($process.ExitCode -ne 0) { throw "$Command ended with $($process.ExitCode).`n$((Get-Content $Log -Tail 15) -join "`n")" }
}

# The client: a row every 5 ms to whoever of the servers takes writes, the first of which does now.
function Start-Writer([string] $Root, $Servers) {
    $first = $Servers[0]
    Invoke-Sql $first 'create table written (id bigserial primary key)'
    $rows = "$Root/rows.log"
    $conninfo = "host=$($Servers.SocketDirectory -join ',') port=$($Servers.Port -join ',') user=postgres dbname=postgres target_session_attrs=read-write connect_timeout=2"
    $null = New-Item $rows
    $process = [Diagnostics.Process]::Start('setsid', [string[]]@('bash', "$PSScriptRoot/writer.sh", "$($first.BinDirectory)/psql", $conninfo, $rows))
    [pscustomobject]@{ Process = $process; Rows = $rows }
}

function Get-Now { [DateTimeOffset]::UtcNow.ToUnixTimeMilliseconds() / 1000.0 }

# The times of the rows since a moment, and the last one before it.
function Get-Row($Writer, [double] $Since) {
    $all = [double[]]@((Get-Content $Writer.Rows) -match '^\d+\.\d{6}$')
    @($all | Where-Object { $_ -lt $Since } | Select-Object -Last 1) + @($all | Where-Object { $_ -ge $Since })
}

function Get-FirstRow($Writer, [double] $Since) {
    Get-Row $Writer $Since | Where-Object { $_ -ge $Since } | Select-Object -First 1
}

# Looks at the last row only: whoever promotes meanwhile needs the processor.
function Wait-Row($Writer, [double] $Since) {
    $deadline = [DateTime]::UtcNow.AddSeconds(60)
    while ([double](Get-Content $Writer.Rows -Tail 1 | Select-Object -Last 1) -lt $Since) {
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

# A new process of this very PowerShell. That of the .NET tool is a program of dotnet, and need not be on the PATH.
function Invoke-PowerShell {
    $program = (Get-Process -Id $PID).Path
    $first = (Split-Path -LeafBase $program) -eq 'dotnet' ? @("$PSHOME/pwsh.dll") : @()
    & $program @first -NoProfile -NonInteractive @args
}

# Milliseconds of processor time, of this process and of those programs that it has started and that have ended. A server that is
# started belongs to nobody's.
function Get-ProcessorTime {
    if (-not (Test-Path /proc/self/stat)) { return (Get-Process -Id $PID).TotalProcessorTime.TotalMilliseconds }
    $fields = (Get-Content /proc/$PID/stat -Raw) -replace '^.*\) ' -split ' '
    [long[]]$ticks = $fields[11..14]
    ($ticks | Measure-Object -Sum).Sum * 10.0
}

function Get-Median([double[]] $Values) {
    $sorted = $Values | Sort-Object
    ($sorted[[math]::Floor(($sorted.Count - 1) / 2)] + $sorted[[math]::Ceiling(($sorted.Count - 1) / 2)]) / 2
}

function New-Figure([string] $Figure, [double[]] $Milliseconds, [string] $Note) {
    [pscustomobject]@{ Figure = $Figure; Median = [int](Get-Median $Milliseconds); Raw = $Milliseconds.ForEach({ [int]$_ }) -join ' '; Note = $Note }
}
