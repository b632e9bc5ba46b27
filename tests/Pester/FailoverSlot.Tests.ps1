# Failover slots: copies of a primary's logical slots on its standbys, from PostgreSQL 17 on.

BeforeDiscovery {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    $majors = Get-PgHaTestMajor | Where-Object { $_.Major -ge 17 -and $_.HasOwnTools }
    $newest = $majors | Where-Object Major -GE 19
}

BeforeAll {
    Import-Module $PSScriptRoot/PgHaTest.psm1
    Import-Module $PSScriptRoot/LocalServer.psm1
    Import-Module (Get-PgHaTestModule)

    function Wait-Copy($Standby, [string] $Name, [scriptblock] $Until) {
        $deadline = [DateTime]::UtcNow.AddSeconds(90)
        while (-not ($Standby | Get-PgReplicationSlot | Where-Object Name -EQ $Name | Where-Object $Until)) {
            if ([DateTime]::UtcNow -gt $deadline) { throw "Slot $Name on $Standby is not so within 90 s: $Until" }
            Start-Sleep -Milliseconds 200
        }
    }

    function Get-FailureId([scriptblock] $Command) {
        $ErrorActionPreference = 'Continue'
        & $Command 2>&1 3>$null | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } | ForEach-Object FullyQualifiedErrorId
    }
}

Describe 'Failover slots on PostgreSQL <Major>' -ForEach $majors {
    BeforeAll {
        $area = New-PgHaTestArea
        $ports = Get-PgHaTestPort -Count 2
        $definition = @{
            Name = 'orders'; Root = "$area"; BinDirectory = $BinDirectory
            Settings = @{ wal_level = $Major -ge 19 ? 'replica' : 'logical' }
            Nodes = @(
                @{
                    Name = 'a'; Port = $ports[0]
                    Slots = @(@{ Name = 'orders'; Owner = 'the subscriber'; Plugin = 'pgoutput'; Database = 'postgres'; Failover = $true })
                }
                @{ Name = 'b'; Port = $ports[1]; Upstream = 'a'; SlotName = 'b'; SyncReplicationSlots = $true }
            )
        }
        $a, $b = New-PgCluster $definition -NoSync -ErrorAction Stop
        Wait-Copy $b orders { $_.IsSynced }
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'are built as defined: nothing differs, and the standby''s copy is its primary''s' {
        Compare-PgCluster -Definition $definition | Should -BeNullOrEmpty
        $slot = $a | Get-PgReplicationSlot orders
        "$($slot.IsFailover) $($slot.Use) $($slot.IsFailoverReady)" | Should -Be 'True LogicalConsumer '
        $copy = $b | Get-PgReplicationSlot orders
        "$($copy.IsFailover) $($copy.Use)" | Should -Be 'True Copy'
        (Export-PgCluster $a).Nodes | ForEach-Object { "$($_.Name) $($_.SyncReplicationSlots) $($_.Slots.Failover)" } |
            Should -Be 'a False True', 'b True '
    }

    It 'cannot be removed on the standby, nor moved, and the reason is said' {
        Get-FailureId { $b | Remove-PgReplicationSlot orders } |
            Should -Be 'SlotIsSynchronized,PgHa.Commands.RemovePgReplicationSlotCommand'
        Get-FailureId { $b | Move-PgReplicationSlot orders -ToCurrent } |
            Should -Be 'SlotIsSynchronized,PgHa.Commands.MovePgReplicationSlotCommand'
        Get-FailureId { $b | Get-PgReplicationSlot orders | Get-PgLogicalChange -Binary } |
            Should -Be 'SlotIsSynchronized,PgHa.Commands.GetPgLogicalChangeCommand'
    }

    It 'is told by name what synchronization lacks, and -SyncReplicationSlots mends it' {
        $b | Set-PgSetting @{ hot_standby_feedback = 'off' }
        $b | Set-PgRecoveryConf -Upstream $a -SlotName b
        $b | Get-PgRecoveryConf | ForEach-Object PrimaryConninfo | Should -Match 'dbname=postgres'
        $finding = (Get-PgReplicationStatus $a, $b | Where-Object { $_.Server.Name -eq 'b' }).Findings |
            Where-Object Cause -EQ SlotSyncBlocked
        "$finding" | Should -Match 'hot_standby_feedback is off'
        $drift = Compare-PgCluster -Definition $definition
        "$($drift.Kind)" | Should -Be 'SlotSynchronization'

        Get-FailureId { $b | Set-PgRecoveryConf -Upstream $a -SyncReplicationSlots } |
            Should -Be 'SlotNameNeeded,PgHa.Commands.SetPgRecoveryConfCommand'
        $b | Set-PgRecoveryConf -SyncReplicationSlots
        Compare-PgCluster -Definition $definition | Should -BeNullOrEmpty
        $b | Set-PgUpstream -Upstream $a -SlotName b
        $b | Get-PgRecoveryConf | ForEach-Object PrimaryConninfo | Should -Match 'dbname=postgres'
    }
}

Describe 'The last logical slot on wal_level = replica of PostgreSQL <Major>' -ForEach $newest {
    BeforeAll {
        $area = New-PgHaTestArea
        $node = New-LocalServer -Area $area -BinDirectory $BinDirectory -Start
        $null = $node | New-PgReplicationSlot standby
    }

    AfterAll { $area | Remove-PgHaTestArea }

    It 'is made without wal_level = logical, and its removal is not without a warning' {
        $node | New-PgReplicationSlot one -Logical -WarningVariable made
        $made | Should -BeNullOrEmpty
        Invoke-LocalSql $node 'show effective_wal_level' -ToolsDirectory $ToolsDirectory | Should -Be 'logical'
        $level = $node | Get-PgSetting wal_level
        "$($level.Value) $($level.InForce)" | Should -Be 'replica logical'
        $level | Out-String | Should -Match 'replica \(logical'
        $session = $node | New-PgReplicationSlot short -Logical -Temporary -WarningVariable second
        $second | Should -BeNullOrEmpty
        $session.Dispose()
        $node | Remove-PgReplicationSlot one -WarningVariable removed
        "$removed" | Should -Match 'last logical slot of .* invalidated at once \(wal_level_insufficient\)'
    }

    It 'may be a temporary one, which is said when it is made' {
        $session = $node | New-PgReplicationSlot only -Logical -Temporary -WarningVariable made
        "$made" | Should -Match 'last logical slot'
        $session.Dispose()
    }
}
