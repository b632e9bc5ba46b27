namespace PgHa;

/// <summary>The files in a data directory that make a server recover.</summary>
internal static class RecoveryFileNames
{
    /// <summary>The file that makes a server recover, in PostgreSQL 11 and older.</summary>
    public const string RecoveryConf = "recovery.conf";

    /// <summary>The file that makes a server a standby, in PostgreSQL 12 and newer.</summary>
    public const string StandbySignal = "standby.signal";

    /// <summary>The file that makes a server recover to a target, in PostgreSQL 12 and newer.</summary>
    public const string RecoverySignal = "recovery.signal";
}
