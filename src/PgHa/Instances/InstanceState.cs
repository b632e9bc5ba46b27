namespace PgHa;

/// <summary>What a server is doing.</summary>
/// <remarks>
/// The state is read from the last line of <c>postmaster.pid</c>, which PostgreSQL 10 and newer write, and from whether
/// the server's process is there.
/// </remarks>
public enum InstanceState
{
    /// <summary>It does not run, and was shut down cleanly.</summary>
    Stopped,

    /// <summary>It does not run, and its <c>postmaster.pid</c> is still there: it was killed, or the machine went down.</summary>
    Crashed,

    /// <summary>It starts up, or replays WAL until it is consistent.</summary>
    Starting,

    /// <summary>It answers SQL.</summary>
    Running,

    /// <summary>It replays WAL as a standby with <c>hot_standby=off</c>, which never answers SQL.</summary>
    ColdStandby,

    /// <summary>It shuts down.</summary>
    Stopping,
}
