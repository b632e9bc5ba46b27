namespace PgHa;

/// <summary>The result of asking one server of a cluster.</summary>
/// <param name="Server">The server, as it was reached.</param>
public sealed record MemberAnswer(PgInstance Server)
{
    /// <summary>
    /// What the server reported, before it is related to the reports of others; <see langword="null"/> if it reported nothing.
    /// </summary>
    public ReplicationStatus? Status { get; init; }

    /// <summary>Why the server reported nothing, or not everything.</summary>
    public PgHaException? Failure { get; init; }

    /// <summary>What the definition says it is; <see langword="null"/> if it is in none.</summary>
    public NodeDefinition? Node { get; init; }

    /// <summary>Further hosts at which the members of its cluster know it.</summary>
    public IReadOnlyList<string> OtherHosts { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>
    /// The identifier of its cluster if the server does not report it: from its control file, or from a standby that is set up to follow
    /// it.
    /// </summary>
    public SystemIdentifier? KnownIdentifier { get; init; }

    /// <summary>Who is in charge of it.</summary>
    public ServerManagement Management { get; init; } = ServerManagement.Unknown;

    /// <summary>The identifier of its cluster, if known.</summary>
    public SystemIdentifier? SystemIdentifier => Status?.SystemIdentifier ?? KnownIdentifier;

    /// <summary>Whether both answers are from the same server, asked at two addresses.</summary>
    public bool IsSameServer(MemberAnswer other) =>
        Server == other.Server
        || (Status is { StartedAt: { } mine, SystemIdentifier: { } system } && other.Status is { } theirs
            && theirs.StartedAt == mine && theirs.SystemIdentifier == system)
        || (Server.Port == other.Server.Port && Server.Machine == other.Server.Machine
            && (!Server.Machine.IsThisMachine || (Loopback.Is(Server.Host) && Loopback.Is(other.Server.Host)))
            && (Server.DataDirectory is null || other.Server.DataDirectory is null || Server.DataDirectory == other.Server.DataDirectory));
}
