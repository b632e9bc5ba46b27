namespace PgHa;

/// <summary>What a server does in replication.</summary>
public enum ServerRole
{
    /// <summary>It accepts writes.</summary>
    Primary,

    /// <summary>It is in recovery: it replays what another server wrote.</summary>
    Standby,
}
