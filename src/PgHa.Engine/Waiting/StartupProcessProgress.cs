using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Waiting;

/// <summary>
/// Reads the title of the startup process of an archive-fed standby without SQL. The title names the current WAL file, so the
/// progress is known in whole files.
/// </summary>
internal sealed class StartupProcessProgress : IStandbyProgress
{
    // In PostgreSQL 15 and newer the process reads ahead: it may wait for a file while it still replays the end of the one before.
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(50);

    private readonly PgInstance _standby;
    private readonly IHost _host;
    private readonly int _postmaster;
    private readonly WalSegmentSize _segmentSize;
    private ProcessTitle? _last;
    private long _since;

    /// <summary>For a standby whose postmaster and segment size are known.</summary>
    public StartupProcessProgress(PgInstance standby, IHost host, int postmaster, WalSegmentSize segmentSize)
    {
        _standby = standby;
        _host = host;
        _postmaster = postmaster;
        _segmentSize = segmentSize;
    }

    public async Task<Lsn?> PositionAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<HostProcess> processes = await _host.ListProcessesAsync(cancellationToken).ConfigureAwait(false);
        if (processes.All(process => process.Id != _postmaster))
        {
            throw new PgHaException(
                ErrorIds.ServerUnreachable,
                PgHaErrorKind.ConnectionFailed,
                $"{_standby} has stopped.",
                "Look at its log (Get-PgServerLog).",
                _standby.ToString());
        }

        ProcessTitle? title = processes
            .Where(process => process.ParentId == _postmaster)
            .Select(process => ProcessTitle.Parse(process.CommandLine))
            .FirstOrDefault(parsed => parsed?.Kind == "startup");
        if (title != _last)
            (_last, _since) = (title, Stopwatch.GetTimestamp());
        return IsWaiting(title) && title.WalFile is { } file && Stopwatch.GetElapsedTime(_since) >= Settled
            ? file.StartLsn(_segmentSize)
            : null;
    }

    public Task<string> ObstacleAsync(CancellationToken cancellationToken) => Task.FromResult(
        _last is null ? "its startup process does not tell what it is doing"
        : IsWaiting(_last)
            ? $"it waits for {_last.WalFile}, which its archive does not have: see whether the primary archives (pg_stat_archiver)"
        : $"its startup process says: {_last.Activity}");

    // The process waits for this file, so it has read everything before it.
    private static bool IsWaiting([NotNullWhen(true)] ProcessTitle? title) =>
        title?.Activity.StartsWith("waiting for ", StringComparison.Ordinal) == true;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
