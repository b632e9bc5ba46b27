namespace PgHa;

/// <summary>Whether a standby answers queries while it recovers.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-HOT-STANDBY">hot_standby</see>.
/// </remarks>
public enum HotStandbyMode
{
    /// <summary>A cold standby: it answers no SQL until it is promoted.</summary>
    Off,

    /// <summary>A hot standby: it answers queries that only read.</summary>
    On,
}
