namespace PgHa;

/// <summary>What a replication slot is for.</summary>
public enum ReplicationSlotType
{
    /// <summary>Keeps the WAL a standby has not received yet.</summary>
    Physical,

    /// <summary>Keeps the WAL and the catalog rows a logical decoder has not consumed yet.</summary>
    Logical,
}
