using System.Globalization;

namespace PgHa.Engine.Waiting;

/// <summary>Waits until a standby has reached the position of its upstream, or a given position.</summary>
/// <remarks>
/// It works for every kind of standby. A hot standby is asked directly. The position of a streaming standby without SQL comes from
/// its upstream's <c>pg_stat_replication</c>, and that of an archive-fed standby without SQL from the title of its startup process.
/// An archive gets only complete files, so for an archive-fed standby the primary has to end its current WAL file
/// (<c>pg_switch_wal()</c>).
/// A commit with <c>synchronous_commit = off</c> counts only when the upstream has flushed it, which takes up to three times
/// <c>wal_writer_delay</c>.
/// </remarks>
public sealed class ReplicationWait
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    private readonly EngineContext _context;

    /// <summary>Waits as long as the context says.</summary>
    public ReplicationWait(EngineContext context) => _context = context;

    /// <summary>Returns the position, when the standby has reached it.</summary>
    /// <exception cref="PgHaException">
    /// <c>OperationTimeout</c>: how far it got, and what is in its way; <c>UpstreamUnknown</c>; <c>NotAStandby</c>;
    /// the failures of connecting.
    /// </exception>
    public async Task<Lsn> WaitAsync(PgInstance standby, ReplicationWaitOptions options, CancellationToken cancellationToken)
    {
        var deadline = Deadline.In(_context.Timeout);
        StandbyProgressFinder finder = new(_context, standby, options);
        (IStandbyProgress progress, Lsn target) = await finder.FindAsync(cancellationToken).ConfigureAwait(false);
        await using (progress.ConfigureAwait(false))
        {
            _context.Log.Step($"Waiting until {standby} has {Verb(options.Stage)} {target}");
            string activity = $"Waiting for {standby}";
            Lsn? first = null, position = null;
            TimeSpan pause = ShortestPause;
            try
            {
                await Poll.UntilAsync(
                    async () =>
                    {
                        position = await progress.PositionAsync(cancellationToken).ConfigureAwait(false);
                        first ??= position;
                        return position >= target;
                    },
                    async left =>
                    {
                        _context.Log.Progress(new EngineProgress(activity, Status(target, position), Percent(first, position, target)));
                        await progress.PauseAsync(target, pause, left, cancellationToken).ConfigureAwait(false);
                        pause = Longer(pause);
                    },
                    deadline,
                    () => TimeoutAsync(standby, options.Stage, target, position, progress, cancellationToken)).ConfigureAwait(false);
                return target;
            }
            finally
            {
                _context.Log.Progress(new EngineProgress(activity, target.ToString(), IsCompleted: true));
            }
        }
    }

    private async Task<PgHaException> TimeoutAsync(
        PgInstance standby, ReplicationStage stage, Lsn target, Lsn? position, IStandbyProgress progress,
        CancellationToken cancellationToken)
    {
        string obstacle = await progress.ObstacleAsync(cancellationToken).ConfigureAwait(false);
        string seconds = _context.Timeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
        return new PgHaException(
            ErrorIds.OperationTimeout,
            PgHaErrorKind.Timeout,
            $"{standby} has not {Verb(stage)} {target} within {seconds} s; {Status(target, position)}. In its way: {obstacle}.",
            "Put right what is in its way, or wait longer with -Timeout.",
            standby.ToString());
    }

    private static TimeSpan Longer(TimeSpan pause) =>
        pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;

    private static string Verb(ReplicationStage stage) => stage switch
    {
        ReplicationStage.Written => "written",
        ReplicationStage.Flushed => "flushed",
        _ => "replayed",
    };

    private static string Status(Lsn target, Lsn? position) => position is { } known
        ? $"at {known}, {ByteSize.Format(target - known)} to go to {target}"
        : $"its position is not known yet, on the way to {target}";

    private static int? Percent(Lsn? first, Lsn? position, Lsn target) =>
        first is { } from && position is { } now && target > from
            ? (int)Math.Clamp((now - from) * 100 / (target - from), 0, 100)
            : null;
}
