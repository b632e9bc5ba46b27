using PgHa.Engine.Servers;

namespace PgHa.Engine.Archiving;

/// <summary>Asks a server whether its WAL gets into its archive, through SQL alone.</summary>
public static class ArchiveStatusReader
{
    private const int SegmentNameLength = 24;

    /// <summary>The archive status of a server.</summary>
    /// <exception cref="PgHaException">What <see cref="ServerSession.OpenAsync"/> fails with.</exception>
    public static async Task<ArchiveStatus> ReadAsync(EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            return await QueryAsync(session, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The archive status of the server of a session.</summary>
    internal static async Task<ArchiveStatus> QueryAsync(ServerSession session, CancellationToken cancellationToken)
    {
        (ArchiveStatus status, WalSegmentSize size) = (await session.QueryAsync(
            ArchiveStatusQuery.Server(session.Dialect), row => (Read(session.Instance, row), SizeOf(row)),
            cancellationToken).ConfigureAwait(false))[0];
        if (!status.IsArchiving)
            return status;

        IReadOnlyList<ArchiveBacklog>? listed = await Privileges.TryQueryAsync(
            session, ArchiveStatusQuery.Backlog(session.Dialect), row => ReadBacklog(row, size), cancellationToken).ConfigureAwait(false);
        status = status with
        {
            Backlog = listed?[0]
                ?? (status.CurrentLsn is { } current ? ArchiveBacklog.Estimate(status.LastArchivedFile, current, size) : null),
        };
        return status with { Findings = ArchiveDiagnosis.Of(status) };
    }

    private static ArchiveStatus Read(PgInstance server, Row row) => new()
    {
        Server = server,
        Role = row.Get<bool>("in_recovery") ? ServerRole.Standby : ServerRole.Primary,
        Mode = row.Text("mode") switch
        {
            "on" => ArchiveMode.On,
            "always" => ArchiveMode.Always,
            _ => null,
        },
        Command = row.Text("command") is { Length: > 0 } command ? Secrets.Redact(command) : null,
        Library = row.Text("library") is { Length: > 0 } library ? library : null,
        ArchivedCount = row.Get<long>("archived_count"),
        LastArchivedFile = row.Text("last_archived_wal"),
        LastArchivedTime = row.Get<DateTimeOffset?>("last_archived_time"),
        FailedCount = row.Get<long>("failed_count"),
        LastFailedFile = row.Text("last_failed_wal"),
        LastFailedTime = row.Get<DateTimeOffset?>("last_failed_time"),
        StatsReset = row.Get<DateTimeOffset?>("stats_reset"),
        CurrentLsn = row.Lsn("current_lsn"),
        ObservedAt = row.Get<DateTimeOffset?>("observed_at"),
    };

    private static WalSegmentSize SizeOf(Row row) => new((int)row.Get<long>("segment_size"));

    private static ArchiveBacklog ReadBacklog(Row row, WalSegmentSize size) => new(
        row.Get<long>("files"),
        row.Get<long>("segments") * size.Bytes,
        row.Text("oldest") is { } oldest && WalFileName.TryParse(oldest.AsSpan(0, SegmentNameLength), out WalFileName file)
            ? file.StartLsn(size)
            : null,
        row.Get<DateTimeOffset?>("oldest_since"));
}
