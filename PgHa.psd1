@{
    # In this order: the loader decides which copy of the second one PowerShell gets.
    NestedModules = @('bin/PgHa.Loader.dll', 'bin/PgHa.Commands.dll')
    ModuleVersion = '0.1.0'
    GUID = 'a65ad9b7-3780-4a00-a01c-3102960f3229'
    Author = 'The PgHa contributors'
    CompanyName = 'The PgHa contributors'
    Copyright = 'Copyright (c) The PgHa contributors. MIT licence.'
    Description = 'Builds, watches and operates PostgreSQL high-availability clusters with commands that pass typed objects: instances, replication, slots, archiving, base backups, recovery.'
    PowerShellVersion = '7.4'
    CompatiblePSEditions = @('Core')

    FormatsToProcess = @('bin/PgHa.Format.ps1xml')

    CmdletsToExport = @(
        'Add-PgHbaRule'
        'Clear-PgArchive'
        'Compare-PgCluster'
        'Copy-PgReplicationSlot'
        'Disable-PgArchiving'
        'Disable-PgSyncStandby'
        'Enable-PgArchiving'
        'Enable-PgSyncStandby'
        'Export-PgCluster'
        'Export-PgClusterDiagram'
        'Export-PgClusterReport'
        'Export-PgMetric'
        'Get-PgArchiveStatus'
        'Get-PgBaseBackup'
        'Get-PgCluster'
        'Get-PgClusterDefinition'
        'Get-PgHbaRule'
        'Get-PgInstance'
        'Get-PgLogicalChange'
        'Get-PgRecoveryConf'
        'Get-PgReplicationOrigin'
        'Get-PgReplicationSlot'
        'Get-PgReplicationStatus'
        'Get-PgServerLog'
        'Get-PgServerProcess'
        'Get-PgSetting'
        'Get-PgSyncStandby'
        'Get-PgSystemIdentity'
        'Get-PgTimelineHistory'
        'Get-PgWalRetention'
        'Invoke-PgCheckpoint'
        'Invoke-PgFailover'
        'Invoke-PgPromotion'
        'Invoke-PgWalSwitch'
        'Measure-PgReplicationLag'
        'Merge-PgBaseBackup'
        'Move-PgReplicationSlot'
        'New-PgBaseBackup'
        'New-PgCluster'
        'New-PgInstance'
        'New-PgMachine'
        'New-PgReplicationOrigin'
        'New-PgReplicationOriginSession'
        'New-PgReplicationRole'
        'New-PgReplicationSlot'
        'Remove-PgBaseBackup'
        'Remove-PgCluster'
        'Remove-PgHbaRule'
        'Remove-PgInstance'
        'Remove-PgReplicationOrigin'
        'Remove-PgReplicationSlot'
        'Repair-PgStandby'
        'Reset-PgSetting'
        'Restart-PgCluster'
        'Restart-PgInstance'
        'Restore-PgInstance'
        'Resume-PgNode'
        'Resume-PgReplay'
        'Send-PgLogicalMessage'
        'Set-PgRecoveryConf'
        'Set-PgReplicationOrigin'
        'Set-PgSetting'
        'Set-PgUpstream'
        'Show-PgCluster'
        'Start-PgInstance'
        'Stop-PgInstance'
        'Suspend-PgNode'
        'Suspend-PgReplay'
        'Switch-PgPrimary'
        'Sync-PgCluster'
        'Test-PgArchive'
        'Test-PgBaseBackup'
        'Test-PgCluster'
        'Test-PgMachine'
        'Wait-PgReplication'
        'Watch-PgReplication'
    )
    FunctionsToExport = @()
    AliasesToExport = @()
    VariablesToExport = @()

    PrivateData = @{
        PSData = @{
            Tags = @(
                'PostgreSQL', 'Postgres', 'HighAvailability', 'Replication', 'StreamingReplication', 'Failover', 'Switchover',
                'Backup', 'Database', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS'
            )
            # The project has no public address yet. The licence is in the package too, with its holders.
            LicenseUri = 'https://spdx.org/licenses/MIT.html'
            ReleaseNotes = 'CHANGELOG.md in the package says what has changed.'
        }
    }
}
