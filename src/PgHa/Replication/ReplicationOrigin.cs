namespace PgHa;

/// <summary>A replication origin: a name for where changes come from, and how far they have been applied here.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/replication-origins.html">Replication Progress Tracking</see>.</remarks>
public sealed record ReplicationOrigin
{
    /// <summary>The server that applies the changes.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>The name, unique on its server.</summary>
    public required string Name { get; init; }

    /// <summary>The number that stands for the name in the server's WAL (<c>roident</c>).</summary>
    public required uint Id { get; init; }

    /// <summary>The position of the other server up to which its changes are applied here and on disk; none before the first.</summary>
    public Lsn? RemoteLsn { get; init; }

    /// <summary>Where in this server's own log the last of them was committed; none after the progress was set by hand.</summary>
    public Lsn? LocalLsn { get; init; }

    /// <summary><c>node_a on node20@127.0.0.1:9420</c>.</summary>
    public override string ToString() => $"{Name} on {Server}";
}
