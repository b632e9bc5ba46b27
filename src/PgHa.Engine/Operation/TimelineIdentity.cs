using PgHa.Engine.Hosts;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Operation;

/// <summary>Tells whether two servers on timelines of one number are on the same one: two standbys that are promoted at once both begin the next number.</summary>
/// <remarks>
/// Neither the histories nor the positions show that, and <c>pg_rewind</c> takes the two for one. What differs is the WAL itself: the
/// first record of a timeline has the time of its promotion. See
/// <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES">Timelines</see>.
/// </remarks>
internal sealed class TimelineIdentity
{
    private const int PageSize = 8192;

    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _server;
    private readonly ServerDialect _dialect;
    private readonly WalSegmentSize _segmentSize;

    public TimelineIdentity(EngineContext context, RepairCase repair) =>
        (_context, _host, _server, _dialect, _segmentSize) = (context, repair.Host, repair.Found, repair.State.Dialect, repair.State.Control.WalSegmentSize);

    /// <summary>Whether the last page of a server's WAL is another one than the upstream's at that position; <see langword="false"/> too where the upstream's cannot be read.</summary>
    /// <param name="timeline">The number.</param>
    /// <param name="begin">Where the timeline begins.</param>
    /// <param name="end">Where the server's WAL ends.</param>
    /// <param name="upstream">The upstream.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<bool> DiffersAsync(TimelineId timeline, Lsn begin, Lsn end, PgInstance upstream, CancellationToken cancellationToken)
    {
        Lsn last = end + -1;
        Lsn first = new(Math.Max(begin.Value, last.Value / PageSize * PageSize));
        WalFileName file = WalFileName.At(timeline, last, _segmentSize);
        long offset = first - file.StartLsn(_segmentSize);
        int length = (int)(end - first);
        string path = Path.Combine(_server.DataDirectory!, _dialect.WalDirectory, file.ToString());
        byte[]? own = await _host.ReadFileHeadAsync(path, (int)offset + length, cancellationToken).ConfigureAwait(false);
        if (own?.Length != offset + length)
            return false;
        byte[]? other = await ReadAsync(upstream, file, offset, length, cancellationToken).ConfigureAwait(false);
        return other?.Length == length && !own.AsSpan((int)offset).SequenceEqual(other);
    }

    private async Task<byte[]?> ReadAsync(PgInstance upstream, WalFileName file, long offset, int length, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, upstream, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                return await session.ScalarAsync<byte[]>(
                    "select pg_read_binary_file($1, $2, $3, true)", cancellationToken, $"{_dialect.WalDirectory}/{file}", offset, (long)length).ConfigureAwait(false);
            }
            catch (PgHaException e) when (e.Kind == PgHaErrorKind.PermissionDenied)
            {
                _context.Log.Warn($"Whether {_server} is on the same timeline {file.Timeline} as {upstream} is not checked: {e.Message}");
                return null;
            }
        }
    }
}
