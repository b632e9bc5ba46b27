namespace PgHa;

/// <summary>Which of the listed standbys a commit waits for.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES">
/// synchronous_standby_names</see>.
/// </remarks>
public enum SyncMethod
{
    /// <summary>The first ones of the list that are connected; the others wait to take their place.</summary>
    First,

    /// <summary>Any of the list, whichever answers first: a quorum.</summary>
    Any,
}
