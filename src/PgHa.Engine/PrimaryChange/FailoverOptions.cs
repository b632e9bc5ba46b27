using PgHa.Engine.Recovery;

namespace PgHa.Engine.PrimaryChange;

/// <summary>What a failover may do and put up with.</summary>
public sealed record FailoverOptions
{
    /// <summary>The candidate: the name of the standby that shall become the primary. By default, the best one.</summary>
    public string? Candidate { get; init; }

    /// <summary>The caller has made sure that the old primary cannot come back by itself, where PgHa cannot reach its host.</summary>
    public bool PrimaryIsFenced { get; init; }

    /// <summary>Goes on although acknowledged commits may be lost.</summary>
    public bool AllowDataLoss { get; init; }

    /// <summary>Whether the candidate may archive nothing where the old primary did.</summary>
    public bool AllowNoArchive { get; init; }

    /// <summary>The role, and its password, of the standbys that have no password of their own.</summary>
    internal StandbyLogin? Login { get; init; }

    /// <summary>Sets the role of the standbys that have no password of their own.</summary>
    /// <param name="userName">The role.</param>
    /// <param name="password">Its password.</param>
    public FailoverOptions WithReplicationLogin(string userName, string password) =>
        this with { Login = new StandbyLogin(userName, password, ConnectionSettings.Empty, UsesSocket: false) };
}
