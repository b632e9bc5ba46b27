using PgHa.Engine.Machines;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Clearance;

/// <summary>
/// Finds what WAL a server needs: from its last checkpoint on, and from the positions of its slots. The files of a server tell it
/// where the server answers no SQL.
/// </summary>
internal static class ServerNeedReader
{
    /// <summary>What the server needs, and the standbys that stream from it.</summary>
    /// <exception cref="PgHaException"><c>ServerNeedUnknown</c>: the server does not answer, and its files cannot be read.</exception>
    public static async Task<(ArchiveNeed Need, IReadOnlyList<StandbyStatus> Standbys)> ReadAsync(
        EngineContext context, PgInstance server, CancellationToken cancellationToken)
    {
        try
        {
            ServerSession session = await ServerSession.OpenAsync(context, server, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
                return await QueryAsync(session, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            return (await OfFilesAsync(context, server, e, cancellationToken).ConfigureAwait(false), []);
        }
    }

    private static async Task<(ArchiveNeed Need, IReadOnlyList<StandbyStatus> Standbys)> QueryAsync(
        ServerSession session, CancellationToken cancellationToken)
    {
        ArchiveNeed need = (await session.QueryAsync(
            $"""
            select s.system_identifier::text, c.redo_{session.Dialect.LsnColumnSuffix}::text as redo, c.timeline_id, i.bytes_per_wal_segment
            from pg_control_system() s, pg_control_checkpoint() c, pg_control_init() i
            """,
            row => new ArchiveNeed(
                SystemIdentifier.Parse(row.Text("system_identifier")!),
                [
                    new ArchiveKeeper(
                        ArchiveKeeperKind.Checkpoint, session.Instance.ToString(), new TimelineId((uint)row.Get<int>("timeline_id")),
                        row.Lsn("redo")!.Value),
                ])
            {
                SegmentSize = new WalSegmentSize(row.Get<int>("bytes_per_wal_segment")),
            },
            cancellationToken).ConfigureAwait(false))[0];
        ReplicationStatus status = await ReplicationStatusReader.QueryAsync(session, cancellationToken).ConfigureAwait(false);
        IEnumerable<ArchiveKeeper> slots = status.Slots.Where(slot => slot.RestartLsn is not null)
            .Select(slot => new ArchiveKeeper(ArchiveKeeperKind.Slot, slot.ToString(), need.Keepers[0].Timeline, slot.RestartLsn!.Value));
        return (need with { Keepers = [.. need.Keepers, .. slots] }, status.Standbys);
    }

    private static async Task<ArchiveNeed> OfFilesAsync(
        EngineContext context, PgInstance server, PgHaException reason, CancellationToken cancellationToken)
    {
        if (server.DataDirectory is not { } directory)
            throw Unknown(server, reason.Message, reason);
        ControlData control;
        IReadOnlyList<string> slots;
        try
        {
            IHost host = await context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
            control = await ControlFile.ReadAsync(host, server, cancellationToken).ConfigureAwait(false);
            slots = await host.ListAsync(HostPath.Combine(directory, "pg_replslot"), cancellationToken).ConfigureAwait(false) ?? [];
        }
        catch (PgHaException e)
        {
            throw Unknown(server, e.Message, e);
        }

        if (slots.Count > 0)
            throw Unknown(server, $"It does not answer, and has slots: {string.Join(", ", slots)}.", reason);
        return new ArchiveNeed(
            control.SystemIdentifier,
            [new ArchiveKeeper(ArchiveKeeperKind.Checkpoint, server.ToString(), control.Timeline, control.RedoLsn)])
        {
            SegmentSize = control.WalSegmentSize,
        };
    }

    private static PgHaException Unknown(PgInstance server, string because, PgHaException inner) => new(
        ErrorIds.ServerNeedUnknown, PgHaErrorKind.Refused, $"What WAL {server} needs is not known: {because}",
        "Start it, or go on without it by -IgnoreUnknownNeed.", server.ToString(), inner);
}
