# How HelpExamples.Tests.ps1 runs the examples of the help. An example is named by its page and number. The blocks run in the session
# of the examples, with the folder and the ports of the run, before and after the example that they are named after.
@{
    # What stands for something that this machine has not, or has more than one of: a pattern, and what is run instead.
    Replace = @(
        @{ Text = '/archive/node20r'; Becomes = '/srv/pg/archive20r' }
        @{ Text = '/archive(/node20)?(?![\w/])'; Becomes = '/srv/pg/archive20' }
        @{ Text = '(?<=[ ''])/backups'; Becomes = '/srv/pg/backups' }
        @{ Text = '/data/'; Becomes = '/srv/pg/data/' }
        @{ Text = '/srv/(?!pg)'; Becomes = '/srv/pg/' }
        @{ Text = '/ssd/'; Becomes = '/srv/pg/ssd/' }
        @{ Text = '/tmp/test'; Becomes = '/srv/pg/test' }
        @{ Text = '/var/lib/node_exporter'; Becomes = '/srv/pg/node_exporter' }
        # Hosts.
        @{ Text = '\bdb1:9424'; Becomes = '127.0.0.1:9424' }
        @{ Text = '\bdb2(:5433)?\b'; Becomes = '127.0.0.1:9423' }
        @{ Text = 'host=db1'; Becomes = 'host=127.0.0.1 port=9420' }
        @{ Text = '(?<!New-PgInstance )\bdb1(:5432)?(?![\w/])'; Becomes = '127.0.0.1:9420' }
        # Servers of these names run for other tests too.
        @{ Text = '(?<=(Get|Restart|Export)-PgCluster |Switch-PgPrimary |Invoke-PgFailover )node(2\d)'; Becomes = '/srv/pg/node$2' }
        @{ Text = 'Get-PgInstance (?=\|)|Get-PgInstance$'; Becomes = 'Get-PgInstance -Path /srv/pg ' }
        # Ports of another cluster.
        @{ Text = '5501'; Becomes = '9430' }
        @{ Text = '5502'; Becomes = '9431' }
        # Nobody types a password.
        @{ Text = '-Credential replicator\b'; Becomes = '-Credential $replicator' }
        @{ Text = '-SuperuserCredential postgres\b'; Becomes = '-SuperuserCredential (Get-Credential postgres)' }
        # Shorter looks.
        @{ Text = '(-Duration|-SampleTime) (60|5)\b'; Becomes = '$1 1' }
        # Points of this run.
        @{ Text = '''2026-11-22 14:03'''; Becomes = '$moment' }
        @{ Text = '0/7000190'; Becomes = '$momentLsn' }
    )

    # What is not run, and why; with a version of PostgreSQL, what is not run on older ones.
    LeftOut = @{
        'Get-PgInstance 3'        = 'a directory of Debian''s packages'
        'Watch-PgReplication 1'   = 'draws until Ctrl+C'
        'Merge-PgBaseBackup 1'    = 'PostgreSQL 17'
        'Merge-PgBaseBackup 2'    = 'PostgreSQL 17'
        'New-PgBaseBackup 6'      = 'PostgreSQL 17'
    }

    # The pages that change much, in an order in which each leaves what the next one needs; the others come before, by name.
    Last = @(
        'New-PgBaseBackup', 'Merge-PgBaseBackup', 'Restore-PgInstance', 'Clear-PgArchive', 'Remove-PgBaseBackup', 'Switch-PgPrimary',
        'Set-PgUpstream', 'Invoke-PgFailover', 'Repair-PgStandby', 'Invoke-PgPromotion', 'Remove-PgInstance', 'Remove-PgCluster',
        'New-PgInstance', 'New-PgCluster'
    )

    Before = @{
        'Compare-PgCluster 1' = {
            $node20 | New-PgReplicationSlot forgotten -ReserveWal
            $node23 | Set-PgSetting @{ work_mem = "8MB" }
        }
        'Compare-PgCluster 2' = {
            foreach ($made in Get-PgReplicationSlot * $node20) { if (-not $made.IsActive) { $made | Remove-PgReplicationSlot } }
            $node23 | Reset-PgSetting work_mem
        }
        'Compare-PgCluster 3' = {
            $node20 | New-PgReplicationSlot audit -Plugin test_decoding
            $node20 | New-PgReplicationSlot published -Plugin pgoutput
            $node23 | Set-PgSetting @{ work_mem = "8MB" }
        }
        'Disable-PgArchiving 2' = {
            $null = New-Item -ItemType Directory /srv/pg/newdisk
            if ([Environment]::IsPrivilegedProcess) { chown --reference=/srv/pg/archive20 /srv/pg/newdisk }
        }
        'Disable-PgSyncStandby 2' = { $node20 | Enable-PgSyncStandby s1 }
        'Get-PgLogicalChange 1' = { Add-SceneRow }
        'Get-PgLogicalChange 3' = { Add-SceneRow }
        'Get-PgLogicalChange 4' = { Add-SceneRow }
        'Get-PgLogicalChange 6' = { Add-SceneRow }
        'Get-PgReplicationOrigin 1' = { $node20 | Get-PgReplicationOrigin | Set-PgReplicationOrigin -RemoteLsn 0/3000148 }
        'Get-PgReplicationStatus 3' = { $node23 | Suspend-PgReplay; Add-SceneRow }
        'Invoke-PgFailover 1' = { New-Scene; $node20 | Stop-PgInstance -Mode Immediate }
        'Invoke-PgFailover 3' = { New-Scene; $node20 | Stop-PgInstance -Mode Immediate }
        'Invoke-PgPromotion 1' = { New-Scene }
        'Invoke-PgPromotion 2' = { $node20 | Start-PgInstance }
        'Merge-PgBaseBackup 1' = {
            $node20 | New-PgBaseBackup -BackupDirectory /srv/pg/backups/wednesday -Label wednesday -Incremental /srv/pg/backups/tuesday
        }
        'Move-PgReplicationSlot 1' = { Add-SceneRow }
        'New-PgBaseBackup 1' = { $node24, $node23 | Remove-PgInstance -Force }
        'New-PgBaseBackup 2' = { $node23 | Remove-PgInstance }
        'New-PgBaseBackup 4' = {
            $primary = New-PgInstance spacious -DataDirectory /srv/pg/spacious -Port 9427 | Start-PgInstance -PassThru
            $null = New-Item -ItemType Directory /srv/pg/ssd/space1 -Force
            if ([Environment]::IsPrivilegedProcess) { chown --reference=/srv/pg/spacious /srv/pg/ssd /srv/pg/ssd/space1 }
            psql -X -q -h $primary.SocketDirectory -p $primary.Port -U postgres -c "create tablespace space1 location '/srv/pg/ssd/space1'"
        }
        'New-PgBaseBackup 5' = { Rename-Item /srv/pg/backups/monday monday-before }
        'New-PgCluster 2' = { Remove-Item /srv/pg/archive* -Recurse -Force }
        'New-PgReplicationOrigin 1' = { $node20 | Get-PgReplicationOrigin | Remove-PgReplicationOrigin }
        'New-PgReplicationOriginSession 1' = { $node20 | Set-PgReplicationOrigin node_a -RemoteLsn 0/3000100 }
        'New-PgReplicationSlot 1' = { $node23 | Stop-PgInstance; $node20 | Remove-PgReplicationSlot node_slot_23 }
        'New-PgReplicationSlot 3' = { $node20 | Remove-PgReplicationSlot audit }
        'Remove-PgHbaRule 1' = { $node20 | Add-PgHbaRule -Database replication -User foo -Address 10.0.0.22/32 }
        'Remove-PgInstance 2' = { New-PgInstance one -DataDirectory /srv/pg/test/one -Port 9428 | Start-PgInstance }
        'Remove-PgReplicationSlot 1' = { $node23 | Stop-PgInstance }
        'Remove-PgReplicationSlot 2' = {
            $node20 | New-PgReplicationSlot node_slot_26
            $node20 | New-PgReplicationSlot node_slot_23
            $node23 | Start-PgInstance
            $node23 | Wait-PgReplication
        }
        'Repair-PgStandby 1' = { New-Scene; $node20 | Stop-PgInstance; $node23 | Invoke-PgPromotion }
        'Resume-PgNode 1' = { $node24 | Set-PgUpstream $node20 }
        'Resume-PgNode 2' = {
            Set-SceneApplicationName node25
            $node20 | Enable-PgSyncStandby node23, node25 -Count 2
            $node23 | Suspend-PgNode -AllowFewerSyncStandbys
        }
        'Set-PgRecoveryConf 4' = {
            $node26 = $node20 | New-PgBaseBackup -Name node26 -DataDirectory /srv/pg/node26 -Port 9426
        }
        'Set-PgUpstream 2' = { New-Scene }
        'Suspend-PgNode 1' = { $node20 | Disable-PgSyncStandby; $node24 | Set-PgUpstream $node20 }
        'Suspend-PgNode 2' = {
            Set-SceneApplicationName node25
            $node20 | Enable-PgSyncStandby node23, node25 -Count 2
        }
        'Suspend-PgNode 3' = { $node23 | Resume-PgNode -SyncStandbyNames "FIRST 2 (node23, node25)" }
        'Switch-PgPrimary 1' = { New-Scene }
        'Test-PgArchive 2' = { Rename-Item /srv/pg/archive20/000000010000000000000003 taken-away }
        'Test-PgBaseBackup 2' = {
            Copy-Item /srv/pg/backups/monday/base/5/1259 /srv/pg/here/1259
            Add-Content /srv/pg/backups/monday/base/5/1259 damage
        }
        'Watch-PgReplication 3' = { $node24 | Stop-PgInstance }
    }

    After = @{
        'Compare-PgCluster 3' = { $node23 | Reset-PgSetting work_mem }
        'Copy-PgReplicationSlot 2' = { $node20 | Remove-PgReplicationSlot audit_trial, audit_published }
        'Disable-PgArchiving 1' = {
            $node25 | Enable-PgArchiving /srv/pg/archive25 -Mode Always -Force -PassThru | Restart-PgInstance
        }
        'Disable-PgArchiving 2' = { $node20 | Enable-PgArchiving /srv/pg/archive20; Wait-SceneStream }
        'Disable-PgSyncStandby 2' = { $node20 | Enable-PgSyncStandby s1 }
        'Enable-PgSyncStandby 2' = { $node20 | Disable-PgSyncStandby; $node20 | Enable-PgSyncStandby s1 }
        'Get-PgSetting 2' = { $node20 | Reset-PgSetting max_connections }
        'Get-PgReplicationStatus 3' = { $node23 | Resume-PgReplay }
        'Invoke-PgPromotion 2' = { $clone | Remove-PgInstance -Force }
        'Merge-PgBaseBackup 1' = { Remove-Item /srv/pg/backups/wednesday-full -Recurse -Force }
        'New-PgBaseBackup 3' = {
            New-PgBaseBackup node24 $node23 -DataDirectory /srv/pg/node24 -Port 9424 |
                Set-PgRecoveryConf -Upstream $node23 -ReplicationCredential $replicator -PassThru |
                Start-PgInstance
        }
        'New-PgBaseBackup 4' = {
            $primary | Remove-PgInstance -Force
            Get-PgInstance -DataDirectory /srv/pg/node26 | Remove-PgInstance
            $primary = $node20
        }
        'New-PgBaseBackup 5' = {
            Remove-Item /srv/pg/backups/monday -Recurse -Force
            Rename-Item /srv/pg/backups/monday-before monday
        }
        'New-PgInstance 1' = { Get-PgInstance -DataDirectory /srv/pg/node20 | Remove-PgInstance }
        'New-PgInstance 3' = { Get-PgInstance -Path /srv/pg | Remove-PgInstance }
        'New-PgReplicationSlot 1' = { $node23 | Start-PgInstance }
        'New-PgReplicationSlot 2' = {
            $node20 | Remove-PgReplicationSlot node_slot_26
            Get-PgInstance -DataDirectory /srv/pg/node26 | Remove-PgInstance
        }
        'Remove-PgReplicationSlot 3' = {
            $node20 | New-PgReplicationSlot node_slot_23
            $node20 | Remove-PgReplicationSlot node_slot_26
            Wait-SceneStream
        }
        'Resume-PgNode 2' = {
            $node23 | Resume-PgNode
            Set-SceneApplicationName s1
            $node24 | Set-PgUpstream $node23
            Wait-SceneStream
            $node20 | Enable-PgSyncStandby s1
        }
        'Restore-PgInstance 2' = {
            $restored.Server | Remove-PgInstance -Force
            Get-PgInstance -DataDirectory /srv/pg/data/node20r | Remove-PgInstance -Force
        }
        'Set-PgRecoveryConf 4' = { $node26 | Remove-PgInstance -Force }
        'Set-PgReplicationOrigin 2' = { $node20 | Remove-PgReplicationSlot for_target }
        'Set-PgSetting 1' = { $node20 | Set-PgSetting @{ wal_level = "logical" } }
        'Set-PgSetting 4' = { $node20 | Reset-PgSetting work_mem, maintenance_work_mem }
        'Stop-PgInstance 1' = { $node25 | Start-PgInstance }
        'Stop-PgInstance 2' = { $nodes | Start-PgInstance; Wait-SceneStream }
        'Suspend-PgNode 1' = { $node20 | Enable-PgSyncStandby s1 }
        'Suspend-PgNode 4' = {
            Set-SceneApplicationName s1
            $node24 | Set-PgUpstream $node23
            Wait-SceneStream
            $node20 | Enable-PgSyncStandby s1
        }
        'Suspend-PgReplay 1' = { $node23 | Resume-PgReplay }
        'Test-PgArchive 2' = { Rename-Item /srv/pg/archive20/taken-away 000000010000000000000003 }
        'Test-PgBaseBackup 2' = { Copy-Item /srv/pg/here/1259 /srv/pg/backups/monday/base/5/1259 }
        'Watch-PgReplication 3' = { $node24 | Start-PgInstance; Wait-SceneStream }
    }
}
