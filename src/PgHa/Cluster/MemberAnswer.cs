namespace PgHa;

/// <summary>What came of asking one server of a cluster.</summary>
/// <param name="Server">The server, as it was reached.</param>
public sealed record MemberAnswer(PgInstance Server)
{
    /// <summary>What it said, not related to what others said; <see langword="null"/> if it said nothing.</summary>
    public ReplicationStatus? Status { get; init; }

    /// <summary>Why it said nothing, or not all.</summary>
    public PgHaException? Failure { get; init; }

    /// <summary>What the definition says it is; <see langword="null"/> if it is in none.</summary>
    public NodeDefinition? Node { get; init; }

    /// <summary>The identifier of its cluster where it does not tell itself: by its control file, or by the standby that is set up to follow it.</summary>
    public SystemIdentifier? KnownIdentifier { get; init; }

    /// <summary>The identifier of its cluster, if known.</summary>
    public SystemIdentifier? SystemIdentifier => Status?.SystemIdentifier ?? KnownIdentifier;

    /// <summary>Whether both were the same server, asked at two addresses.</summary>
    public bool IsSameServer(MemberAnswer other) =>
        Server == other.Server
        || (Status is { StartedAt: { } mine, SystemIdentifier: { } system } && other.Status is { } theirs
            && theirs.StartedAt == mine && theirs.SystemIdentifier == system)
        || (Server.Port == other.Server.Port && Loopback.Is(Server.Host) && Loopback.Is(other.Server.Host)
            && (Server.DataDirectory is null || other.Server.DataDirectory is null || Server.DataDirectory == other.Server.DataDirectory));
}
