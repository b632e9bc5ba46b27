namespace PgHa;

/// <summary>Whether a server that runs answers SQL.</summary>
public enum ServerState
{
    /// <summary>It runs and answers.</summary>
    Running,

    /// <summary>A standby with <c>hot_standby=off</c>: it replays, and answers no SQL.</summary>
    StandbyWithoutSql,
}
