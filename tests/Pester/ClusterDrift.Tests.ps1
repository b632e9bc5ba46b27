# Ten disturbances of the reference cluster, each made by hand: Compare-PgCluster names it exactly, Sync-PgCluster heals
# it without touching what was right, and has nothing to do after that.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor -ForScenarios
    $disturbances = @(
        @{
            Name = 'a setting changed'; Drift = 'node23 Setting work_mem 4MB 8192kB'
            Disturb = { $nodes.node23 | Set-PgSetting @{ work_mem = '4MB' } }
        }
        @{
            Name = 'a setting changed on a cold standby'; Drift = 'node22 Setting work_mem 1MB 8192kB'
            Disturb = { $nodes.node22 | Set-PgSetting @{ work_mem = '1MB' } }
        }
        @{
            Name = 'an HBA rule removed'; Drift = 'node24 HbaRule host app app 10.1.2.0/24 scram-sha-256  present'
            Disturb = { $nodes.node24 | Remove-PgHbaRule 'host app app 10.1.2.0/24 scram-sha-256' }
        }
        @{
            Name = 'a slot dropped'; Drift = 'node20 Slot node_slot_23  a physical slot'
            Disturb = {
                $nodes.node23 | Stop-PgInstance
                $nodes.node20 | Get-PgReplicationSlot node_slot_23 | Remove-PgReplicationSlot
                $nodes.node23 | Start-PgInstance
            }
        }
        @{
            Name = 'an orphaned slot added'; Drift = 'node20 OrphanedSlot orphan a slot that nobody uses, holds * '
            Disturb = { $null = $nodes.node20 | New-PgReplicationSlot orphan -ReserveWal }
        }
        @{
            Name = 'a standby stopped'; Drift = 'node25 NodeDown server down running'
            Disturb = { $nodes.node25 | Stop-PgInstance }
        }
        @{
            Name = 'an upstream changed'; Drift = 'node24 Upstream upstream node20 node23'
            Disturb = {
                $login = [pscredential]::new('foo', (ConvertTo-SecureString 'server@123' -AsPlainText -Force))
                $nodes.node24 | Set-PgRecoveryConf -Upstream $nodes.node20 -ReplicationCredential $login
                if ($Major -lt 13) { $nodes.node24 | Restart-PgInstance }
            }
        }
        @{
            Name = 'the synchronous standbys emptied'; Drift = 'node20 SynchronousStandbys synchronous_standby_names  s1'
            Disturb = { $nodes.node20 | Disable-PgSyncStandby }
        }
        @{
            Name = 'an apply delay removed'; Drift = 'node24 ApplyDelay recovery_min_apply_delay 0 2s'
            Disturb = {
                $nodes.node24 | Set-PgRecoveryConf -ApplyDelay 0
                if ($Major -lt 12) { $nodes.node24 | Restart-PgInstance }
            }
        }
        @{
            Name = 'the archive_command changed'; Drift = 'node20 Archive archive_command /bin/true */archive20'
            Disturb = { $nodes.node20 | Set-PgSetting @{ archive_command = '/bin/true' } }
        }
        @{
            Name = 'a directory gone'; Drift = 'node22 NodeMissing data directory  */node22'
            Disturb = { $nodes.node22 | Stop-PgInstance; $nodes.node22 | Remove-PgInstance -Confirm:$false }
        }
        @{
            Name = 'a setting that takes a restart of the primary'; Drift = 'node20 Setting max_wal_senders 9 12'
            Switch = 'AllowPrimaryRestart'
            Disturb = { $nodes.node20 | Set-PgSetting @{ max_wal_senders = 9 } -WarningAction Ignore; $nodes.node20 | Restart-PgInstance }
        }
    )
}

Describe 'Drift on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        Import-Module $PSScriptRoot/PgHaTest.psm1
        Import-Module (Get-PgHaTestModule)
        $env:PATH = "$ToolsDirectory$([IO.Path]::PathSeparator)$env:PATH"
        $area = New-PgHaTestArea
        $port = (Get-PgHaTestPort -Count 6)[0]
        $definition = @{
            Name = 'reference'; Root = "$area"; ReplicationRole = 'foo'; SynchronousStandbyNames = 's1'; BinDirectory = $BinDirectory
            Settings = @{ wal_level = 'replica'; max_wal_senders = 12; max_replication_slots = 10; work_mem = '8192kB' }
            Hba = @('host app app 10.1.2.0/24 scram-sha-256')
            Nodes = @(
                @{ Name = 'node20'; Port = $port; ArchiveDirectory = 'archive20' }
                @{ Name = 'node21'; Port = $port + 1; RestoreFrom = 'node20'; HotStandby = $false }
                @{ Name = 'node22'; Port = $port + 2; Upstream = 'node20'; HotStandby = $false }
                @{ Name = 'node23'; Port = $port + 3; Upstream = 'node20'; SlotName = 'node_slot_23' }
                @{ Name = 'node24'; Port = $port + 4; Upstream = 'node23'; ApplyDelay = '2s' }
                @{
                    Name = 'node25'; Port = $port + 5; Upstream = 'node20'; ApplicationName = 's1'
                    ArchiveDirectory = 'archive25'; ArchiveMode = 'Always'
                }
            )
        }
        $replicator = [pscredential]::new('foo', (ConvertTo-SecureString 'server@123' -AsPlainText -Force))
        $nodes = @{}
        New-PgCluster -Definition $definition -RoleCredential $replicator -NoSync | ForEach-Object { $nodes[$_.Name] = $_ }

        # When each server started, and what its files are: what Sync must not have touched.
        function Get-State {
            foreach ($node in $nodes.Values | Sort-Object Name) {
                $directory = $node.DataDirectory
                $pid1 = Get-Content "$directory/postmaster.pid" -TotalCount 1 -ErrorAction Ignore
                $files = Get-FileHash "$directory/postgresql.conf", "$directory/postgresql.auto.conf", "$directory/pg_hba.conf",
                    "$directory/recovery.conf" -ErrorAction Ignore
                "$($node.Name) $pid1 $($files.Hash)"
            }
        }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'has no drift in a cluster that was just built, and a second build does nothing' {
        Compare-PgCluster $definition | Should -BeNullOrEmpty
        $before = Get-State
        Sync-PgCluster $definition
        Get-State | Should -Be $before
    }

    It 'names and heals <Name>' -ForEach $disturbances {
        & $Disturb
        $untouched = Get-State
        $touched = ($Drift -split ' ')[0]

        $found = @(Compare-PgCluster $definition)
        if (Get-Variable Switch -ErrorAction Ignore -ValueOnly) {
            Sync-PgCluster $definition -WarningAction Ignore
            $unallowed = @(Compare-PgCluster $definition)
            $unallowed.Count | Should -Be 1 -Because 'it was not allowed'
        }
        Sync-PgCluster $definition -WhatIf -RemoveOrphanedSlot -AllowPrimaryRestart *>&1 | Out-Null
        $planned = @(Compare-PgCluster $definition)
        Sync-PgCluster $definition -RemoveOrphanedSlot -AllowPrimaryRestart -RoleCredential $replicator
        $left = @(Compare-PgCluster $definition)

        $found | ForEach-Object { "$($_.Node) $($_.Kind) $($_.What) $($_.Actual) $($_.Expected)" } | Should -BeLike $Drift
        $found.Count | Should -Be 1
        $planned.Count | Should -Be 1 -Because '-WhatIf changes nothing'
        $left | Should -BeNullOrEmpty
        Get-State | Where-Object { $_ -notlike "$touched *" } | Should -Be ($untouched | Where-Object { $_ -notlike "$touched *" })
        $after = Get-State
        Sync-PgCluster $definition -RemoveOrphanedSlot -AllowPrimaryRestart
        Get-State | Should -Be $after
        $nodes.node20, $nodes.node23 | Get-PgReplicationStatus | ForEach-Object { $_.Standbys.State } |
            Should -Be ('streaming', 'streaming', 'streaming', 'streaming')
    }

    It 'heals by the command that it names' {
        $nodes.node23 | Set-PgSetting @{ work_mem = '4MB' }
        $nodes.node24 | Remove-PgHbaRule 'host app app 10.1.2.0/24 scram-sha-256'
        $null = $nodes.node20 | New-PgReplicationSlot orphan -ReserveWal
        foreach ($drift in Compare-PgCluster $definition) { $null = Invoke-Expression $drift.Heal }
        Compare-PgCluster $definition | Should -BeNullOrEmpty
    }

    It 'touches nothing where another server is the primary' {
        $wrong = $definition.Clone()
        $wrong.Nodes = @($definition.Nodes | ForEach-Object { $_.Clone() })
        $wrong.Nodes[0].Upstream = 'node23'; $wrong.Nodes[0].Remove('ArchiveDirectory')
        $wrong.Nodes[3].Remove('Upstream'); $wrong.Nodes[3].Remove('SlotName')
        $wrong.Nodes[1] = @{ Name = 'node21'; Port = $port + 1; Upstream = 'node23'; HotStandby = $false }
        $wrong.Remove('SynchronousStandbyNames')
        $before = Get-State
        { Sync-PgCluster $wrong -ErrorAction Stop } | Should -Throw -ErrorId 'UnexpectedPrimary,*'
        Get-State | Should -Be $before
    }

    # The last one: the cluster is without its primary afterwards.
    It 'makes no new primary where the primary has lost its data directory' {
        $directory = $nodes.node20.DataDirectory
        $nodes.node20 | Stop-PgInstance
        Move-Item $directory "$directory.kept"
        { Sync-PgCluster $definition -ErrorAction Stop } | Should -Throw -ErrorId 'PrimaryMissing,PgHa.Commands.SyncPgClusterCommand'
        Test-Path $directory | Should -BeFalse
    }
}
