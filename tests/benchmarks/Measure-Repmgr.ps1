#requires -Version 7.4
<#
.SYNOPSIS
    Times how long nobody can write while repmgr changes the primary of a three-node cluster.
.DESCRIPTION
    The cluster, the client and the figures of Measure-PrimaryChange.ps1. All nodes have the same synchronous_standby_names, as
    repmgr doesn't change it. It reaches the other nodes through ssh: here that is a script which runs the command at once.
    A failover is timed from the call of repmgr standby promote --siblings-follow to the first row, whose commit waits for
    the sibling; a repair from the call of repmgr node rejoin --force-rewind until the old primary streams.
.EXAMPLE
    ./Measure-Repmgr.ps1 -Runs 10
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Runs = 10,
    [string] $BinDirectory
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module "$PSScriptRoot/../../PgHa.psd1"
Import-Module "$PSScriptRoot/BenchmarkTools.psm1", "$PSScriptRoot/PrimaryChange.psm1" -Force
if (-not $BinDirectory) { $BinDirectory = Get-BenchmarkBinDirectory }
if (-not (Test-Path $BinDirectory/repmgr)) { Write-Warning "repmgr is not installed in $BinDirectory."; return }
$root = Get-BenchmarkRoot repmgr
$tools = "$root/tools"
$log = "$tools/repmgr.log"

function Invoke-Repmgr([string] $Node, [string[]] $Command) {
    Invoke-AsServer $log (@('env', "PATH=$tools`:$env:PATH", "$BinDirectory/repmgr", '-f', "$tools/$Node.conf") + $Command)
}

$writer = $null
try {
    $nodes = New-BenchmarkCluster $root $BinDirectory repmgr_slot_2, repmgr_slot_3
    $null = New-Item -ItemType Directory $tools
    Set-Content "$tools/ssh" "#!/bin/sh`nwhile [ `$# -gt 0 ]; do case `$1 in -o) shift 2 ;; -*) shift ;; *) break ;; esac; done`nshift`nexec sh -c `"`$*`""
    $id = 0
    foreach ($node in $nodes.a, $nodes.b, $nodes.c) {
        $id++
        Set-Content "$tools/$($node.Name).conf" "
            node_id=$id
            node_name='$($node.Name)'
            conninfo='host=$($node.SocketDirectory) port=$($node.Port) user=postgres dbname=postgres connect_timeout=2'
            data_directory='$($node.DataDirectory)'
            use_replication_slots=yes
            pg_bindir='$BinDirectory'
            repmgr_bindir='$BinDirectory'
            pg_ctl_options='-l $tools/$($node.Name).log'"
    }
    chmod 755 $tools/ssh
    chown -R --reference $nodes.a.DataDirectory $tools
    $nodes.Values | Set-PgSetting @{ synchronous_standby_names = 'ANY 1 (a, b, c)' }
    Invoke-Repmgr a primary, register
    Invoke-Repmgr b standby, register
    Invoke-Repmgr c standby, register
    $writer = Start-Writer $root $nodes.a, $nodes.b, $nodes.c
    Wait-Row $writer (Get-Now)
    $figures = Measure-Change $nodes $writer $Runs -Switch {
        param($to)
        Invoke-Repmgr $to standby, switchover, --siblings-follow
    } -Failover {
        param($most)
        Invoke-Repmgr $most standby, promote, --siblings-follow
        # Without it pg_rewind 15 takes the new primary to be on its old timeline still, and finds nothing to rewind.
        Invoke-Sql $nodes[$most] checkpoint
    } -Repair {
        param($old, $new)
        Invoke-Repmgr $old node, rejoin, --force-rewind, '--config-files=postgresql.conf,postgresql.auto.conf,pg_hba.conf', -d, "host=$($nodes[$new].SocketDirectory) port=$($nodes[$new].Port) user=postgres dbname=postgres"
    }
    $figures[1].Note = 'its commit waits until the sibling follows'
    $figures[2].Note = 'always rewinds a server that crashed'
    $figures
}
finally {
    Stop-Started $writer.Process
    Remove-BenchmarkCluster $root
}
