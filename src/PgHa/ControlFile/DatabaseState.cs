namespace PgHa;

/// <summary>What the control file says the server was doing when it last wrote it.</summary>
/// <remarks>A server that was killed leaves its last state behind: <see cref="InProduction"/> does not mean that it runs.</remarks>
public enum DatabaseState
{
    /// <summary>Starting up.</summary>
    StartingUp,

    /// <summary>Shut down cleanly as a primary.</summary>
    ShutDown,

    /// <summary>Shut down cleanly as a standby.</summary>
    ShutDownInRecovery,

    /// <summary>Shutting down.</summary>
    ShuttingDown,

    /// <summary>Recovering from a crash.</summary>
    InCrashRecovery,

    /// <summary>A standby, or recovering from an archive.</summary>
    InArchiveRecovery,

    /// <summary>A primary.</summary>
    InProduction,
}
