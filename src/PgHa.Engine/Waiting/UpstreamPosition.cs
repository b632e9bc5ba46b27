using PgHa.Engine.Servers;

namespace PgHa.Engine.Waiting;

/// <summary>The WAL position of an upstream.</summary>
internal sealed class UpstreamPosition
{
    private readonly EngineContext _context;
    private readonly ServerSession _session;

    /// <summary>For the server of a session.</summary>
    public UpstreamPosition(EngineContext context, ServerSession session)
    {
        _context = context;
        _session = session;
    }

    /// <summary>The end of the WAL that it can send: what a primary has flushed, or what a standby has received or restored.</summary>
    /// <remarks>
    /// Not the insert position: after a switch of WAL files it is after the header of the next file, and no standby gets there before
    /// the next record. Besides, the last records of an open transaction may stay unflushed.
    /// </remarks>
    public async Task<Lsn> NowAsync(CancellationToken cancellationToken)
    {
        ServerDialect dialect = _session.Dialect;
        string? position = await _session.ScalarAsync<string>(
            $"""
            select (case when pg_is_in_recovery()
                    then greatest({dialect.LastWalReceiveLsnFunction}(), {dialect.LastWalReplayLsnFunction}())
                    else {dialect.CurrentWalFlushLsnFunction}() end)::text
            """,
            cancellationToken).ConfigureAwait(false);
        return Lsn.Parse(position!);
    }

    /// <summary>Makes the primary end the WAL file with a position, so that the file can be archived.</summary>
    public async Task ArchiveUpToAsync(Lsn target, CancellationToken cancellationToken)
    {
        if (await _session.ScalarAsync<bool>("select pg_is_in_recovery()", cancellationToken).ConfigureAwait(false))
        {
            _context.Log.Warn(
                $"{_session.Instance} is a standby and cannot end its current WAL file. "
                    + $"The archive gets {target} when the primary has filled the file, or after archive_timeout.");
            return;
        }

        long size = await _session.ScalarAsync<long>(
            "select pg_size_bytes(current_setting('wal_segment_size'))", cancellationToken).ConfigureAwait(false);
        Lsn now = await NowAsync(cancellationToken).ConfigureAwait(false);
        if (LastSegment(now, size) > LastSegment(target, size))
            return;
        _context.Log.Step($"Ending the current WAL file of {_session.Instance}, so that it is archived");
        await _session.ExecuteAsync($"select {_session.Dialect.SwitchWalFunction}()", cancellationToken).ConfigureAwait(false);
    }

    // The segment of the last byte before the position.
    private static ulong LastSegment(Lsn position, long size) => (position.Value - 1) / (ulong)size;
}
