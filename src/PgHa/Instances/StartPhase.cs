namespace PgHa;

/// <summary>What a server does while it starts, in words.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/wal-internals.html">WAL Internals</see>.</remarks>
internal static class StartPhase
{
    /// <summary>The phase, such as <c>recovers from a crash, at WAL file 000000010000000000000007</c>.</summary>
    /// <param name="state">The state in the control file; <see langword="null"/> if it could not be read.</param>
    /// <param name="startup">The title of the startup process; <see langword="null"/> if there is none, or it cannot be seen.</param>
    public static string Describe(DatabaseState? state, ProcessTitle? startup)
    {
        string phase = state switch
        {
            DatabaseState.InCrashRecovery => "recovers from a crash",
            DatabaseState.InArchiveRecovery => "replays WAL until it is consistent",
            // Until recovery begins, the file says what the server did when it was killed.
            DatabaseState.InProduction or DatabaseState.ShuttingDown => "begins to recover from a crash",
            _ => "starts",
        };
        return startup switch
        {
            { WalFile: { } file } when startup.Activity.StartsWith("waiting", StringComparison.Ordinal) =>
                $"{phase}, waits for WAL file {file}",
            { WalFile: { } file } => $"{phase}, at WAL file {file}",
            { Activity.Length: > 0 } => $"{phase}: {startup.Activity}",
            _ => phase,
        };
    }
}
