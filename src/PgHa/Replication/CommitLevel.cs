namespace PgHa;

/// <summary>
/// What a commit waits for before the client is told that it is done: the values of
/// <c>synchronous_commit</c>, weakest first.
/// </summary>
/// <remarks>
/// The levels beyond <see cref="Local"/> differ only where <c>synchronous_standby_names</c> names standbys.
/// See <see href="https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT">synchronous_commit</see>.
/// </remarks>
public enum CommitLevel
{
    /// <summary>Nothing: a crash may lose the last commits, though never damage the data.</summary>
    Off,

    /// <summary>This server has flushed the commit to disk.</summary>
    Local,

    /// <summary>The synchronous standbys have written it to their operating system.</summary>
    RemoteWrite,

    /// <summary>The synchronous standbys have flushed it to disk.</summary>
    On,

    /// <summary>The synchronous standbys have replayed it: queries there see it.</summary>
    RemoteApply,
}
