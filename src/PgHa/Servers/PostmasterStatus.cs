namespace PgHa;

/// <summary>The state a server writes into <c>postmaster.pid</c>.</summary>
public enum PostmasterStatus
{
    /// <summary>Starting; on a standby, not consistent yet.</summary>
    Starting,

    /// <summary>Stopping.</summary>
    Stopping,

    /// <summary>Ready for connections.</summary>
    Ready,

    /// <summary>A standby that takes no connections (<c>hot_standby=off</c>).</summary>
    Standby,
}
