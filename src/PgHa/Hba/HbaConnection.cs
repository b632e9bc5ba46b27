using System.Net;

namespace PgHa;

/// <summary>A connection that a client might open, to be matched with the rules.</summary>
public sealed record HbaConnection
{
    /// <summary>How it reaches the server.</summary>
    public required HbaTransport Transport { get; init; }

    /// <summary>The client's address as the server sees it; <see langword="null"/> on a Unix socket, or if it is not known.</summary>
    public IPAddress? ClientAddress { get; init; }

    /// <summary>The database; <see langword="null"/> for physical replication, which has none.</summary>
    public string? Database { get; init; }

    /// <summary>The role.</summary>
    public required string User { get; init; }

    /// <summary>
    /// The roles that <see cref="User"/> is a member of, directly or not, without itself;
    /// <see langword="null"/> if that is not known.
    /// </summary>
    public IReadOnlyCollection<string>? MemberOf { get; init; }
}
