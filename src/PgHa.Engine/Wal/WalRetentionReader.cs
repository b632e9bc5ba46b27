using PgHa.Engine.Archiving;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Wal;

/// <summary>Reads how much WAL a server keeps and why, by SQL only.</summary>
public static class WalRetentionReader
{
    private const int TimelineDigits = 8;

    /// <summary>The WAL retention of a server, a primary or a standby.</summary>
    /// <exception cref="PgHaException">What <see cref="ServerSession.OpenAsync"/> fails with.</exception>
    public static async Task<WalRetention> ReadAsync(EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            ReplicationStatus replication = await ReplicationStatusReader.QueryAsync(session, cancellationToken).ConfigureAwait(false);
            WalRetention retention = (await session.QueryAsync(
                WalRetentionQuery.Server(session.Dialect), row => Read(instance, row), cancellationToken).ConfigureAwait(false))[0];
            retention = retention with
            {
                WalKeepSetting = session.Dialect.WalKeepSetting,
                Slots = replication.Slots,
                Archive = await ArchiveStatusReader.QueryAsync(session, cancellationToken).ConfigureAwait(false),
                Files = await FilesAsync(session, retention, cancellationToken).ConfigureAwait(false),
            };
            if (retention.Files is null)
            {
                context.Log.Warn(
                    $"{instance}: role '{instance.UserName}' may not list {session.Dialect.WalDirectory}, "
                    + $"so how much WAL there is stays unknown. {WhoMay(session)}");
            }

            if (replication.Standbys.Any(standby => standby.State is null))
                context.Log.Warn($"{instance}: role '{instance.UserName}' may not see how far standbys are. A member of pg_monitor may.");
            return WalRetentionAnalysis.Complete(retention, replication.Standbys);
        }
    }

    private static async Task<WalFiles?> FilesAsync(ServerSession session, WalRetention retention, CancellationToken cancellationToken)
    {
        WalSegmentSize size = retention.SegmentSize;
        // A position at the end of a segment still belongs to that segment.
        string firstUnused = WalFileName.At(default, retention.CurrentLsn + -1, size).Next(size).ToString()[TimelineDigits..];
        IReadOnlyList<WalFiles>? rows = await Privileges.TryQueryAsync(
            session, WalRetentionQuery.Files(session.Dialect, firstUnused), ReadFiles, cancellationToken).ConfigureAwait(false);
        return rows?[0];
    }

    private static string WhoMay(ServerSession session) =>
        session.Dialect.HasWalListing ? "A member of pg_monitor may." : "A superuser may.";

    private static WalRetention Read(PgInstance server, Row row) => new()
    {
        Server = server,
        Role = row.Get<bool>("in_recovery") ? ServerRole.Standby : ServerRole.Primary,
        ObservedAt = row.Get<DateTimeOffset?>("observed_at"),
        CurrentLsn = row.Lsn("current_lsn")!.Value,
        RedoLsn = row.Lsn("redo_lsn")!.Value,
        SummarizedLsn = row.Lsn("summarized_lsn"),
        SegmentSize = new WalSegmentSize((int)row.Get<long>("segment_size")),
        MaxWalSize = row.Get<long>("max_wal_size"),
        WalKeepSize = row.Get<long>("wal_keep_size"),
        MaxSlotWalKeepSize = row.Get<long?>("max_slot_wal_keep_size"),
    };

    private static WalFiles ReadFiles(Row row)
    {
        string oldest = row.Text("oldest")!;
        int timeline = oldest.Length - TimelineDigits;
        return new WalFiles(
            row.Get<long>("files"), row.Get<long>("bytes"), WalFileName.Parse(oldest[timeline..] + oldest[..timeline]),
            row.Get<long>("reusable"));
    }
}
