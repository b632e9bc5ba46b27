using PgHa.Engine.Machines;
using PgHa.Engine.Programs;
using PgHa.Engine.Wal;

namespace PgHa.Engine.Repair;

/// <summary>Reads the WAL of a stopped server after a fork, with <c>pg_waldump</c>.</summary>
internal sealed class WalAfterFork
{
    private readonly EngineContext _context;
    private readonly PgInstance _server;
    private readonly string _walDirectory;
    private readonly WalSegmentSize _segmentSize;
    private readonly string _program;

    public WalAfterFork(EngineContext context, PgInstance server, ServerDialect dialect, WalSegmentSize segmentSize)
    {
        _segmentSize = segmentSize;
        _program = dialect.WalDumpProgram;
        _context = context;
        _server = server;
        _walDirectory = HostPath.Combine(server.DataDirectory!, dialect.WalDirectory);
    }

    /// <summary>Whether there is any record at or after a position; <see langword="null"/> if that cannot be told.</summary>
    public async Task<bool?> HasRecordAsync(TimelineId timeline, Lsn fork, CancellationToken cancellationToken)
    {
        if (await RunAsync(["-n", "1"], timeline, fork, cancellationToken).ConfigureAwait(false) is not { } result)
            return null;
        if (result.Output.StartsWith("rmgr:", StringComparison.Ordinal) || result.Output.Contains("\nrmgr:", StringComparison.Ordinal))
            return true;
        // If the WAL ends at the fork, and no later file exists, nothing was written after the fork.
        return WalDumpEnd.Parse(result.Error, _segmentSize) is { } end && end.Lsn == WalDumpEnd.AfterHeaders(fork, _segmentSize)
            && (end.MissingFile is not { } missing
                || !await EndOfWal.IsGapAsync(
                    await _context.HostOfAsync(_server, cancellationToken).ConfigureAwait(false), _walDirectory, missing,
                    cancellationToken).ConfigureAwait(false))
            ? false
            : null;
    }

    /// <summary>How many transactions were committed there; <see langword="null"/> if that cannot be told.</summary>
    /// <param name="timeline">The timeline.</param>
    /// <param name="fork">Where to begin.</param>
    /// <param name="end">Where to end; <see langword="null"/> for where there is no more.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<int?> CountCommitsAsync(TimelineId timeline, Lsn fork, Lsn? end, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> what = end is { } last ? ["-r", "Transaction", "-e", last.ToString()] : ["-r", "Transaction"];
        CommandResult? result = await RunAsync(what, timeline, fork, cancellationToken).ConfigureAwait(false);
        // Without an end, pg_waldump stops with an error at the first position without a record, which may be where a file would
        // begin.
        string first = WalFileName.At(timeline, fork, _segmentSize).ToString();
        bool isMissing = result is null
            || (!result.Succeeded
                && (end is not null
                    || result.Error.Contains(first, StringComparison.Ordinal)
                    || result.Error.Contains("could not locate", StringComparison.Ordinal)));
        return isMissing ? null : WalDump.CountCommits(result!.Output);
    }

    private async Task<CommandResult?> RunAsync(
        IReadOnlyList<string> what, TimelineId timeline, Lsn fork, CancellationToken cancellationToken)
    {
        try
        {
            IHost host = await _context.HostOfAsync(_server, cancellationToken).ConfigureAwait(false);
            string program = await ProgramPath.OfAsync(host, _server, _program, cancellationToken).ConfigureAwait(false);
            return await host.RunAsync(
                new HostCommand(program, [.. what, "-p", _walDirectory, "-t", timeline.ToString(), "-s", fork.ToString()])
                {
                    Timeout = _context.Timeout,
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            _context.Log.Detail($"What {_server} has after {fork} is not known: {e.Message}");
            return null;
        }
    }
}
