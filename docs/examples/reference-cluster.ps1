<#
.SYNOPSIS
    Builds the six nodes of the high-availability runbook on this machine and emits them.
.DESCRIPTION
    20  primary with WAL archiving
    21  cold standby fed from the archive
    22  cold standby by streaming
    23  hot standby on the replication slot node_slot_23, itself an upstream
    24  cascading standby: streams from 23
    25  synchronous standby s1, archiving continuously into an archive of its own

    Every step is one of the runbook's; the comments carry its node numbers.
.EXAMPLE
    $nodes = ./reference-cluster.ps1 -Root /srv/pg
    $nodes | Get-PgReplicationStatus
.EXAMPLE
    $nodes | Sort-Object Port -Descending | Remove-PgInstance -Force
    Stops and removes what the first example made, standbys first; asks before each.
#>
[CmdletBinding()]
[OutputType('PgHa.PgInstance')]
param(
    # The folder that gets the data directories node20 … node25 and the archives archive20 and archive25.
    [Parameter(Mandatory, Position = 0)]
    [string] $Root,

    # The port of node 20; the others take the next five.
    [ValidateRange(1024, 65530)]
    [int] $BasePort = 9420,

    # The directory of PostgreSQL's programs; found by itself where it is not given.
    [string] $BinDirectory,

    # The role the standbys connect with. Without it: foo, with a random password that only the password files know.
    [pscredential] [System.Management.Automation.Credential()] $Replicator
)

$ErrorActionPreference = 'Stop'
if (-not $Replicator) {
    $password = [Convert]::ToHexString([Security.Cryptography.RandomNumberGenerator]::GetBytes(16))
    $Replicator = [pscredential]::new('foo', (ConvertTo-SecureString $password -AsPlainText -Force))
}

$programs = if ($BinDirectory) { @{ BinDirectory = $BinDirectory } } else { @{} }

# Node 20: the primary, with WAL archiving.
$node20 = New-PgInstance node20 -DataDirectory $Root/node20 -Port $BasePort @programs |
    Set-PgSetting @{ max_replication_slots = 10; max_wal_senders = 10; wal_level = 'replica' } -PassThru |
    Enable-PgArchiving -ArchiveDirectory $Root/archive20 -PassThru |
    Start-PgInstance -PassThru

# A role of its own for replication, let in from this machine.
$node20 | New-PgReplicationRole -ReplicationCredential $Replicator | Out-Null

# Node 21: a cold standby that lives on the archive alone.
$node21 = $node20 |
    New-PgBaseBackup -Name node21 -DataDirectory $Root/node21 -Port ($BasePort + 1) -Label basebackup21 |
    Set-PgRecoveryConf -RestoreFrom $Root/archive20 -HotStandby Off -PassThru |
    Start-PgInstance -PassThru

# Node 22: a cold standby by streaming.
$node22 = $node20 |
    New-PgBaseBackup -Name node22 -DataDirectory $Root/node22 -Port ($BasePort + 2) -Label basebackup22 |
    Set-PgRecoveryConf -Upstream $node20 -ReplicationCredential $Replicator -HotStandby Off -PassThru |
    Start-PgInstance -PassThru

# Node 23: a hot standby on a replication slot.
$node20 | New-PgReplicationSlot node_slot_23 | Out-Null
$node23 = $node20 |
    New-PgBaseBackup -Name node23 -DataDirectory $Root/node23 -Port ($BasePort + 3) -Label basebackup23 |
    Set-PgRecoveryConf -Upstream $node20 -ReplicationCredential $Replicator -SlotName node_slot_23 -PassThru |
    Start-PgInstance -PassThru

# Node 24: cloned from node 23, and streaming from it.
$node24 = $node23 |
    New-PgBaseBackup -Name node24 -DataDirectory $Root/node24 -Port ($BasePort + 4) -Label basebackup24 |
    Set-PgRecoveryConf -Upstream $node23 -ReplicationCredential $Replicator -PassThru |
    Start-PgInstance -PassThru

# Node 25: the synchronous standby, which archives what it receives.
$node25 = $node20 |
    New-PgBaseBackup -Name node25 -DataDirectory $Root/node25 -Port ($BasePort + 5) -Label basebackup25 |
    Set-PgRecoveryConf -Upstream $node20 -ReplicationCredential $Replicator -ApplicationName s1 -PassThru |
    Enable-PgArchiving -Mode Always -ArchiveDirectory $Root/archive25 -PassThru |
    Start-PgInstance -PassThru

# Last of all: from here on a commit waits for s1, so s1 has to stream first.
$node22, $node23, $node24, $node25 | Wait-PgReplication
$node20 | Enable-PgSyncStandby s1

$node20, $node21, $node22, $node23, $node24, $node25
