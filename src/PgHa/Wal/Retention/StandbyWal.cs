namespace PgHa;

/// <summary>The WAL that a standby of a server needs: one that streams now, or one that left a slot behind.</summary>
public sealed record StandbyWal
{
    /// <summary>The standby's application name; its slot's name while it is away.</summary>
    public required string Name { get; init; }

    /// <summary>Its slot.</summary>
    public string? SlotName { get; init; }

    /// <summary>Whether it streams now.</summary>
    public bool IsConnected { get; init; }

    /// <summary>The position from which on it needs WAL; unknown for a slot that is lost altogether.</summary>
    public Lsn? NeededLsn { get; init; }

    /// <summary>The bytes from there to the server's position.</summary>
    public long? BytesBehind { get; init; }

    /// <summary>
    /// The bytes that may still be written before its slot is in danger; none where no limit is
    /// set, before 13, or without a slot.
    /// </summary>
    public long? BytesLeft { get; init; }

    /// <summary>Whether the server still has that WAL.</summary>
    public StandbyWalState State { get; init; }

    /// <summary><c>node23: Kept</c>.</summary>
    public override string ToString() => $"{Name}: {State}";
}
