# The six nodes of the high-availability runbook as a definition: New-PgCluster -Definition ./reference-cluster.psd1
# Directories are beside this file; Root puts them elsewhere.
@{
    Name                    = 'reference'
    ReplicationRole         = 'foo'
    SynchronousStandbyNames = 's1'
    Settings                = @{
        wal_level             = 'replica'
        max_wal_senders       = 10
        max_replication_slots = 10
    }
    Nodes                   = @(
        # The primary, with WAL archiving.
        @{ Name = 'node20'; Port = 9420; ArchiveDirectory = 'archive20' }

        # A cold standby that lives on the archive alone.
        @{ Name = 'node21'; Port = 9421; RestoreFrom = 'node20'; HotStandby = $false }

        # A cold standby by streaming.
        @{ Name = 'node22'; Port = 9422; Upstream = 'node20'; HotStandby = $false }

        # A hot standby on a replication slot, itself an upstream.
        @{ Name = 'node23'; Port = 9423; Upstream = 'node20'; SlotName = 'node_slot_23' }

        # A cascading standby.
        @{ Name = 'node24'; Port = 9424; Upstream = 'node23' }

        # The synchronous standby, which archives what it receives.
        @{ Name = 'node25'; Port = 9425; Upstream = 'node20'; ApplicationName = 's1'; ArchiveDirectory = 'archive25'; ArchiveMode = 'Always' }
    )
}
