namespace PgHa.Engine.Repair;

/// <summary>How a server shall get back into its cluster.</summary>
public sealed record RepairOptions
{
    /// <summary>The server to follow: the primary, or a standby.</summary>
    public required PgInstance Upstream { get; init; }

    /// <summary>
    /// The upstream with the login of the role to stream as. By default, the role is the one that the server, or the upstream,
    /// streamed as before.
    /// </summary>
    public PgInstance? Login { get; init; }

    /// <summary>The slot on the upstream; none if it is <see langword="null"/>.</summary>
    public string? SlotName { get; init; }

    /// <summary>Makes the slot where it is missing.</summary>
    public bool CreateSlot { get; init; }

    /// <summary>The directory of an archive that has the server's WAL, besides those that its settings name.</summary>
    public Archive? RestoreFrom { get; init; }

    /// <summary>Rewinds the server even if it has commits that the upstream does not have.</summary>
    public bool AllowDataLoss { get; init; }

    /// <summary>Makes a new clone where a rewind is not possible.</summary>
    public bool AllowNewClone { get; init; }

    /// <summary>Makes a new clone in any case: of a server whose data is damaged, for instance.</summary>
    public bool NewClone { get; init; }

    /// <summary>Removes the old directory once a new clone streams in its place; otherwise it is kept under another name.</summary>
    public bool RemoveOld { get; init; }
}
