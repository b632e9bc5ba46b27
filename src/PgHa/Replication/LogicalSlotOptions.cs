namespace PgHa;

/// <summary>What a logical replication slot shall be.</summary>
/// <param name="Name">1 to 63 lower-case letters, digits and underscores.</param>
/// <param name="Plugin">The output plugin, which decides the form of the changes.</param>
/// <param name="Database">The database whose changes are decoded.</param>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/logicaldecoding-explanation.html#LOGICALDECODING-REPLICATION-SLOTS">Replication
/// Slots</see> of logical decoding.
/// </remarks>
public sealed record LogicalSlotOptions(string Name, string Plugin, string Database)
{
    /// <summary>The plugin that comes with every server, and that subscriptions use.</summary>
    public const string DefaultPlugin = "pgoutput";

    /// <summary>Let the slot end with the session that makes it (10): one that is there already will not do.</summary>
    public bool Temporary { get; init; }

    /// <summary>Decode transactions when they are prepared, instead of when they are committed (14).</summary>
    public bool TwoPhase { get; init; }

    /// <summary>Let standbys keep a copy of the slot, so that its consumer can go on after a failover (17).</summary>
    public bool Failover { get; init; }

    /// <summary>Why a slot of this name that is there already will not do; <see langword="null"/> if it will.</summary>
    public PgHaException? Refuse(ReplicationSlot present) => present switch
    {
        _ when Temporary => Unfit(present, ErrorIds.SlotAlreadyExists, "a temporary slot is always made anew"),
        { Type: ReplicationSlotType.Physical } => Unfit(present, ErrorIds.SlotIsPhysical, "physical: nothing can be decoded through it"),
        _ when present.Database != Database =>
            Unfit(present, ErrorIds.SlotOfOtherDatabase, $"decodes database '{present.Database}', not '{Database}'"),
        _ when present.Plugin != Plugin =>
            Unfit(present, ErrorIds.SlotOfOtherPlugin, $"has the output plugin '{present.Plugin}', not '{Plugin}'"),
        { WalStatus: SlotWalStatus.Lost } or { InvalidationReason: not null } =>
            Unfit(present, ErrorIds.SlotIsLost, "lost: what it should have kept is gone"),
        _ when TwoPhase && !present.IsTwoPhase =>
            Unfit(present, ErrorIds.SlotIsNotTwoPhase, "decodes transactions when they are committed, not when they are prepared"),
        _ when Failover && !present.IsFailover => Unfit(present, ErrorIds.SlotIsNotFailover, "is not copied to standbys"),
        _ => null,
    };

    private static PgHaException Unfit(ReplicationSlot present, string errorId, string why) => new(
        errorId, PgHaErrorKind.AlreadyExists,
        $"Slot {present} is there already, and {why}.",
        "Choose another name, or remove it with Remove-PgReplicationSlot.",
        present.Server.ToString());
}
