using PgHa.Engine.Recovery;

namespace PgHa.Engine.PrimaryChange;

/// <summary>What a switchover may do and put up with.</summary>
public sealed record SwitchoverOptions
{
    /// <summary>The candidate: the name of the standby that shall become the primary.</summary>
    public required string Candidate { get; init; }

    /// <summary>How many bytes the candidate may be behind at the start: writes stop until it has received them.</summary>
    public long MaxLagBytes { get; init; } = 16 << 20;

    /// <summary>Whether the candidate may archive nothing where the old primary did.</summary>
    public bool AllowNoArchive { get; init; }

    /// <summary>Gives up failover slots of which the candidate has no ready copy.</summary>
    public bool AllowSlotLoss { get; init; }

    /// <summary>
    /// The names of the standbys that are restarted before the switchover, and then run with the settings in their files.
    /// </summary>
    internal IReadOnlyCollection<string> Restarted { get; init; } = [];

    /// <summary>The role that the old primary streams as, and its password; by default the role of the candidate.</summary>
    internal StandbyLogin? Login { get; init; }

    /// <summary>The role that the old primary streams as.</summary>
    /// <param name="userName">The role.</param>
    /// <param name="password">Its password.</param>
    public SwitchoverOptions WithReplicationLogin(string userName, string password) =>
        this with { Login = new StandbyLogin(userName, password, ConnectionSettings.Empty, UsesSocket: false) };
}
