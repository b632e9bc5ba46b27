using PgHa.Engine.Servers;

namespace PgHa.Engine.Recovery;

/// <summary>Reads the recovery configuration of a server by SQL, if PgHa has no access to its files.</summary>
internal static class RecoverySqlReader
{
    private static readonly string[] Names =
    [
        RecoveryEntries.PrimaryConninfo, RecoveryEntries.PrimarySlotName, RecoveryEntries.RestoreCommand,
        RecoveryEntries.ArchiveCleanupCommand, RecoveryEntries.MinApplyDelay, RecoveryEntries.TargetTimeline,
        RecoveryEntries.HotStandby, .. RecoveryEntries.TargetSettings,
    ];

    /// <summary>Reads it.</summary>
    /// <exception cref="PgHaException">
    /// <c>HostAccessRequired</c>: PostgreSQL 11 and older keep it in a file alone; <c>InsufficientPrivilege</c>: the role does not see
    /// <c>primary_conninfo</c>; the failures of connecting.
    /// </exception>
    public static async Task<RecoveryConfiguration> ReadAsync(
        EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            if (session.Dialect.UsesRecoveryConf)
            {
                throw new PgHaException(
                    ErrorIds.HostAccessRequired, PgHaErrorKind.InvalidArgument,
                    $"PostgreSQL {session.Dialect.Version} keeps its recovery configuration "
                        + $"in recovery.conf, which {instance} does not show by SQL.",
                    "Run it on the server's machine, and name the data directory.", instance.ToString());
            }

            IReadOnlyList<KeyValuePair<string, string?>> found = await session.QueryAsync(
                "select name, setting from pg_settings where name = any($1)",
                row => KeyValuePair.Create(row.Text("name")!, row.Text("setting")), cancellationToken, [Names]).ConfigureAwait(false);
            Dictionary<string, string?> values = new(found);
            // The view leaves out what the role may not see.
            if (!values.ContainsKey(RecoveryEntries.PrimaryConninfo))
            {
                throw new PgHaException(
                    ErrorIds.InsufficientPrivilege, PgHaErrorKind.PermissionDenied,
                    $"{instance} does not show primary_conninfo to role '{instance.UserName}'.",
                    "Connect with -Credential as a superuser or a member of pg_read_all_settings.", instance.ToString());
            }

            bool isStandby = await session.ScalarAsync<bool>("select pg_is_in_recovery()", cancellationToken).ConfigureAwait(false);
            return RecoveryEntries.Read(
                instance, isStandby, values.GetValueOrDefault(RecoveryEntries.HotStandby) == "on", session.Dialect,
                name => values.GetValueOrDefault(name));
        }
    }
}
