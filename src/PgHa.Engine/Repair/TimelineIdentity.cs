using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Repair;

/// <summary>
/// Finds out whether two servers with the same timeline number are on the same timeline. Two standbys that are promoted at once both
/// begin the next number.
/// </summary>
/// <remarks>
/// Neither the histories nor the positions show a difference, and <c>pg_rewind</c> takes the two timelines for one. But the WAL
/// differs: the first record of a timeline has the time of its promotion. See
/// <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES">Timelines</see>.
/// </remarks>
internal sealed class TimelineIdentity
{
    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _server;
    private readonly ServerDialect _dialect;
    private readonly WalSegmentSize _segmentSize;

    public TimelineIdentity(EngineContext context, RepairCase repair) =>
        (_context, _host, _server, _dialect, _segmentSize) =
            (context, repair.Host, repair.Found, repair.State.Dialect, repair.State.Control.WalSegmentSize);

    /// <summary>
    /// Whether a server's timeline began with another record than the upstream's; <see langword="false"/> also if one of the records
    /// cannot be read.
    /// </summary>
    /// <param name="timeline">The number.</param>
    /// <param name="begin">Where the timeline begins.</param>
    /// <param name="upstream">The upstream.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<bool> DiffersAsync(TimelineId timeline, Lsn begin, PgInstance upstream, CancellationToken cancellationToken)
    {
        WalFileName file = WalFileName.At(timeline, begin, _segmentSize);
        int offset = (int)((begin - file.StartLsn(_segmentSize)) / FirstRecord.PageSize * FirstRecord.PageSize);
        string path = HostPath.Combine(_server.DataDirectory!, _dialect.WalDirectory, file.ToString());
        return await _host.ReadFileHeadAsync(path, offset + FirstRecord.PageSize, cancellationToken).ConfigureAwait(false) is { } own
            && own.Length > offset
            && await ReadAsync(upstream, file, offset, cancellationToken).ConfigureAwait(false) is { } other
            && FirstRecord.Differs(own.AsSpan(offset), other, begin, _segmentSize) == true;
    }

    private async Task<byte[]?> ReadAsync(PgInstance upstream, WalFileName file, int offset, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, upstream, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                return await session.ScalarAsync<byte[]>(
                    "select pg_read_binary_file($1, $2, $3, true)", cancellationToken,
                    $"{_dialect.WalDirectory}/{file}", (long)offset, (long)FirstRecord.PageSize).ConfigureAwait(false);
            }
            catch (PgHaException e) when (e.Kind == PgHaErrorKind.PermissionDenied)
            {
                _context.Log.Warn($"Whether {_server} is on the same timeline {file.Timeline} as {upstream} is not checked: {e.Message}");
                return null;
            }
        }
    }
}
