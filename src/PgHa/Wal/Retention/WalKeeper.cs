namespace PgHa;

/// <summary>One reason for which a server keeps WAL.</summary>
public sealed record WalKeeper
{
    /// <summary>What kind of reason it is.</summary>
    public required WalKeeperKind Kind { get; init; }

    /// <summary>The slot or the setting, or the name of another reason.</summary>
    public required string Name { get; init; }

    /// <summary>The position from which on it keeps WAL.</summary>
    public required Lsn StartLsn { get; init; }

    /// <summary>The bytes from there to the server's position.</summary>
    public long Bytes { get; init; }

    /// <summary>The bytes that nothing else keeps: the next checkpoints remove them if this reason ends.</summary>
    public long BytesAlone { get; init; }

    /// <summary>The slot, if it is one.</summary>
    public ReplicationSlot? Slot { get; init; }

    /// <summary>Whether the position is an estimate, because the role may not see what waits to be archived.</summary>
    public bool IsEstimated { get; init; }

    /// <summary><c>slot node_slot_23: 48 MB</c>.</summary>
    public override string ToString() => $"{(Kind == WalKeeperKind.Slot ? "slot " : "")}{Name}: {ByteSize.Format(Bytes)}";
}
