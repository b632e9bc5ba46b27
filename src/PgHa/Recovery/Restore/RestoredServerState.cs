namespace PgHa;

/// <summary>The state in which a restored server was left.</summary>
public enum RestoredServerState
{
    /// <summary>It has paused at the target and answers queries that only read.</summary>
    Paused,

    /// <summary>It is a primary.</summary>
    Primary,

    /// <summary>It is stopped; started again, it pauses at the target.</summary>
    Stopped,
}
