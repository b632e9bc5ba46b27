#requires -Version 7.4
<#
.SYNOPSIS
    Times a clone on the source's machine: New-PgBaseBackup beside pg_basebackup and cp -a.
.DESCRIPTION
    They are alternated, on a tmpfs where there is one, or below -Path. pg_basebackup and New-PgBaseBackup begin with a checkpoint, bring
    the WAL along and return when the copy is on disk; cp -a does none of that, makes no usable copy of a running server, and shows what
    the bytes alone take. Processor seconds are those of this process, of the programs that it ran and of the server. Needs room for two
    copies, and enough memory for them where the folder is a tmpfs.
.EXAMPLE
    ./Compare-Clone.ps1 -Runs 5 -Megabytes 3300
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Runs = 3,
    [ValidateRange(1, 1000000)] [int] $Megabytes = 1000,
    [string] $BinDirectory,
    [string] $Path
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module "$PSScriptRoot/BenchmarkTools.psm1" -Force
Import-Module "$PSScriptRoot/../../PgHa.psd1"
$BinDirectory = $BinDirectory ? $BinDirectory : (Get-BenchmarkBinDirectory)
$root = $Path ? (Join-Path $Path "pgha-benchmark-clone-$PID") : (Get-BenchmarkRoot 'clone')
$port = Get-FreePort 2
$log = New-TemporaryFile

# A process, the children that it has waited for included.
function Get-ProcessorSeconds([int[]] $Id) {
    ($Id | ForEach-Object {
            $fields = ((Get-Content "/proc/$_/stat" -Raw) -replace '^.*\) ') -split ' '
            [double]$fields[11] + [double]$fields[12] + [double]$fields[13] + [double]$fields[14]
        } | Measure-Object -Sum).Sum / 100
}

function Measure-Copy([string] $Who, [scriptblock] $Copy) {
    Invoke-Sql $source 'checkpoint'
    $before = Get-ProcessorSeconds $PID, $postmaster
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $null = & $Copy
    $seconds = $watch.Elapsed.TotalSeconds
    # The server reaps the process that sent the backup.
    Start-Sleep -Milliseconds 200
    [pscustomobject]@{ Who = $Who; Seconds = $seconds; Processor = (Get-ProcessorSeconds $PID, $postmaster) - $before }
    Remove-Item -Recurse -Force "$root/copy"
}

try {
    $null = New-Item -ItemType Directory $root
    if ((id -u) -eq 0) { chown postgres $root }
    $source = New-PgInstance clone -DataDirectory "$root/source" -Port $port[0] -BinDirectory $BinDirectory -Trust -NoDataChecksums |
        Set-PgSetting @{ max_wal_size = '256MB' } -PassThru | Start-PgInstance -PassThru
    $postmaster = [int](Get-Content "$root/source/postmaster.pid" -TotalCount 1)
    Invoke-Sql $source "create table filler as select i, repeat(md5(i::text), 30) as text from generate_series(1, $($Megabytes * 960)) i",
        'create index on filler (i)', 'checkpoint'
    $copies = foreach ($run in 0..$Runs) {
        $each = @(
            Measure-Copy 'pg_basebackup' {
                Invoke-AsServer $log "$BinDirectory/pg_basebackup", '-D', "$root/copy", '-h', $source.SocketDirectory, '-p', $port[0], '-U', 'postgres', '-c', 'fast', '-X', 'stream'
            }
            Measure-Copy 'cp -a' { Invoke-AsServer $log 'cp', '-a', "$root/source", "$root/copy" }
            Measure-Copy 'New-PgBaseBackup' { $source | New-PgBaseBackup copy -DataDirectory "$root/copy" -Port $port[1] }
        )
        # The first round warms the session and the cache.
        if ($run -gt 0) { $each }
    }
}
finally {
    Remove-BenchmarkCluster $root
    Remove-Item $log
}

$peer = Get-Median ($copies | Where-Object Who -EQ 'pg_basebackup').Seconds
foreach ($group in $copies | Group-Object Who) {
    $median = Get-Median $group.Group.Seconds
    '{0}: median of {1} copies of {2} MB {3:n2} s ({4:n2} of pg_basebackup), {5:n2} s of processors; raw {6} s' -f $group.Name, $Runs, $Megabytes, $median, ($median / $peer), (Get-Median $group.Group.Processor), ($group.Group.Seconds.ForEach({ '{0:n2}' -f $_ }) -join ' ')
}
