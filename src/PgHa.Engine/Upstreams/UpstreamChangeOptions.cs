namespace PgHa.Engine.Upstreams;

/// <summary>How a standby shall follow another server.</summary>
public sealed record UpstreamChangeOptions
{
    /// <summary>The server to follow, reached as PgHa reaches it.</summary>
    public required PgInstance Upstream { get; init; }

    /// <summary>The upstream with the login of the role to stream as; the standby's present role and password by default.</summary>
    public PgInstance? Login { get; init; }

    /// <summary>The slot on the new upstream; none if it is <see langword="null"/>.</summary>
    public string? SlotName { get; init; }

    /// <summary>Makes the slot where it is missing; without a name, the one that the standby has used so far.</summary>
    public bool CreateSlot { get; init; }

    /// <summary>Removes the slot of the old upstream, once the standby streams from the new one and nobody uses it.</summary>
    public bool RemoveOldSlot { get; init; }

    /// <summary>
    /// Whether a standby that does not stream from the new upstream in time follows the old one again. Use <see langword="false"/> if
    /// the old one is gone: the standby then keeps trying the new one.
    /// </summary>
    public bool UndoOnFailure { get; init; } = true;
}
