using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cloning;

/// <summary>Finds out whether a running server can be cloned by copying its files.</summary>
internal static class LiveCopyReader
{
    /// <summary>Reads the facts.</summary>
    /// <param name="host">The clone's host.</param>
    /// <param name="session">A session on the source.</param>
    /// <param name="options">The clone.</param>
    /// <param name="source">What is known about the source.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<LiveCopyFacts> ReadAsync(
        IHost host, ServerSession session, BaseBackupOptions options, BackupSource source, CancellationToken cancellationToken)
    {
        ServerDialect dialect = session.Dialect;
        bool areFilesHere = await AreFilesHereAsync(host, options, source, cancellationToken).ConfigureAwait(false);
        bool isWalDirectoryTaken = options.WalDirectory is { } wal
            && await host.ListAsync(wal, cancellationToken).ConfigureAwait(false) is { Count: > 0 };
        IReadOnlyList<LiveCopyFacts> facts = await session.QueryAsync(
            $"""
            select rolsuper or (rolreplication
                       and has_function_privilege('{dialect.BackupStartFunction}', 'execute')
                       and has_function_privilege('{dialect.BackupStopFunction}', 'execute')) as may_back_up,
                   current_setting('data_checksums') <> 'off' as has_checksums,
                   coalesce(current_setting('max_slot_wal_keep_size', true), '-1') <> '-1' as has_slot_limit,
                   current_setting('max_replication_slots')::int4 - (select count(*)::int4 from pg_replication_slots) as free_slots
            from pg_roles where rolname = current_user
            """,
            row => new LiveCopyFacts
            {
                AreFilesHere = areFilesHere,
                IsByOtherRole = options is { Login: not null, CopiesAsLogin: true },
                IsRateLimited = options.MaxRate is not null,
                IsWalDirectoryTaken = isWalDirectoryTaken,
                HasTemporarySlots = dialect.HasTemporarySlots,
                VerifiesChecksums = row.Get<bool>("has_checksums") && !options.NoVerifyChecksums,
                MayBackUp = row.Get<bool>("may_back_up"),
                FreeSlots = row.Get<int>("free_slots"),
                HasSlotLimit = row.Get<bool>("has_slot_limit"),
            },
            cancellationToken).ConfigureAwait(false);
        return facts[0];
    }

    // Whether the directory is really the server's is proven by its slot, before anything is copied.
    private static async Task<bool> AreFilesHereAsync(
        IHost host, BaseBackupOptions options, BackupSource source, CancellationToken cancellationToken) =>
        OperatingSystem.IsLinux()
        && !host.IsWindows
        && options is { IsBesideSource: true, Source.DataDirectory: not null }
        && await host.StatAsync(source.DataDirectory, cancellationToken).ConfigureAwait(false) is { IsDirectory: true, Owner: { } owner }
        && owner == host.UserName;
}
