namespace PgHa;

/// <summary>The consumer of a replication slot, which decides what the loss of the slot costs.</summary>
public enum SlotUse
{
    /// <summary>A standby, or a program that receives WAL as one does: a physical slot.</summary>
    Standby,

    /// <summary>A subscription or another decoder: a logical slot.</summary>
    LogicalConsumer,

    /// <summary>Nobody on this server: a copy of a logical slot of the primary, for the time after a promotion (17).</summary>
    Copy,
}
