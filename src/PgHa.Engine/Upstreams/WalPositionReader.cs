using System.Text;
using PgHa.Engine.Machines;
using PgHa.Engine.Recovery;
using PgHa.Engine.Wal;

namespace PgHa.Engine.Upstreams;

/// <summary>Finds how far servers' WAL goes, and through which timelines.</summary>
internal sealed class WalPositionReader
{
    private readonly EngineContext _context;

    public WalPositionReader(EngineContext context) => _context = context;

    /// <summary>
    /// The position up to which a standby has received WAL. For a stopped standby, it is the position that it has certainly replayed,
    /// because its files tell no more.
    /// </summary>
    /// <param name="standby">The standby, on its host.</param>
    /// <param name="state">Its directory.</param>
    /// <param name="status">What it says itself; <see langword="null"/> if it does not run.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<WalPosition> OfStandbyAsync(
        PgInstance standby, RecoveryState state, ReplicationStatus? status, CancellationToken cancellationToken)
    {
        (TimelineId timeline, Lsn end) = OfControl(state.Control);
        if (status is not null)
            (timeline, end) = (status.Timeline ?? timeline, Later(status.Receiver?.ReceivedLsn, status.CurrentLsn));
        return new WalPosition(
            await HistoryAsync(standby, state, timeline, cancellationToken).ConfigureAwait(false) ?? TimelineHistory.Initial(timeline),
            end);
    }

    /// <summary>How far an upstream is; <see langword="null"/> where the role may not read its history.</summary>
    public async Task<WalPosition?> OfUpstreamAsync(
        PgInstance upstream, SystemIdentity identity, bool isPrimary, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<ServerTimeline> lines = await TimelineHistoryReader.ReadAsync(
                _context, upstream, identity.Timeline, cancellationToken).ConfigureAwait(false);
            return new WalPosition(lines[^1].History.OfAncestor(identity.Timeline)!, identity.Lsn, isPrimary);
        }
        catch (PgHaException e) when (e.Kind == PgHaErrorKind.PermissionDenied)
        {
            _context.Log.Warn($"Whether the timelines agree is not checked: {e.Message}");
            return null;
        }
    }

    /// <summary>
    /// The end of a server's WAL according to its control file. The WAL of a primary goes beyond that, unless the primary was shut
    /// down.
    /// </summary>
    public static (TimelineId Timeline, Lsn End) OfControl(ControlData control) =>
        control is { MinimumRecoveryEndLsn: { } end, MinimumRecoveryEndTimeline: { } timeline } && end > control.CheckpointLsn
            ? (timeline, end)
            : (control.Timeline, control.CheckpointLsn);

    /// <summary>The history of a timeline from a server's own files; <see langword="null"/> if it has none.</summary>
    public async Task<TimelineHistory?> HistoryAsync(
        PgInstance server, RecoveryState state, TimelineId timeline, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        string path = HostPath.Combine(
            server.DataDirectory!, state.Dialect.WalDirectory, WalArchiveFileName.OfHistory(timeline).ToString());
        return await host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is { } content
            ? TimelineHistory.Parse(timeline, Encoding.UTF8.GetString(content))
            : null;
    }

    private static Lsn Later(Lsn? left, Lsn? right) => left > right || right is null ? left ?? Lsn.Zero : right.Value;
}
