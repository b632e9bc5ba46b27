namespace PgHa;

/// <summary>A replication slot that a node should have for a consumer that is no standby of the cluster.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION-SLOTS">Replication Slots</see>.
/// </remarks>
public sealed record SlotDefinition
{
    /// <summary>The slot's name.</summary>
    public required string Name { get; init; }

    /// <summary>Who reads it, for people: a slot that nobody reads keeps WAL until the disk is full.</summary>
    public string? Owner { get; init; }

    /// <summary>The output plugin of a logical slot; <see langword="null"/> for a physical one.</summary>
    public string? Plugin { get; init; }

    /// <summary>The database of a logical slot; <see langword="null"/> for a physical one.</summary>
    public string? Database { get; init; }

    /// <summary>
    /// Whether the primary's standbys may keep a copy of a logical slot, so that its consumer can go on after a failover (PostgreSQL 17 and
    /// newer).
    /// </summary>
    public bool Failover { get; init; }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
