using PgHa.Engine.Machines;

namespace PgHa.Engine.Recovery.Restore;

/// <summary>Looks for tablespaces that the WAL of a recovery creates.</summary>
/// <remarks>
/// Replay creates a tablespace in the directory where the source has it. On the source's own machine the restored server would
/// overwrite the files of a running server, and an older major version removes them first.
/// </remarks>
internal sealed class ReplayedTablespaces(EngineContext context, IHost host, RecoveryTarget target, string dumpProgram)
{
    // The dump leaves out a record that goes beyond the end position. A tablespace record is not longer than this.
    private const int Record = 8192;

    /// <summary>Makes sure that replay creates no tablespace in a directory that is not empty.</summary>
    /// <exception cref="PgHaException"><c>TablespaceInUse</c>.</exception>
    public async Task RequireFreeAsync(PgBaseBackup backup, RecoveryRoute route, WalArchive archive, CancellationToken cancellationToken)
    {
        Lsn? last = target.Lsn ?? (target.Kind == RecoveryTargetKind.Immediate ? backup.EndLsn : null);
        Lsn from = backup.StartLsn;
        foreach ((TimelineId timeline, Lsn? fork) in
            route.History.Switches.Select(left => (left.Timeline, (Lsn?)left.EndLsn)).Append((route.History.Timeline, null))
                .Where(part => part.Timeline >= backup.Timeline))
        {
            if (FirstIn(archive, timeline, from) is { } first)
            {
                foreach ((Lsn at, string directory) in await CreatedAsync(
                    archive.Directory, timeline, first, new[] { fork, last + Record }.Min(), cancellationToken).ConfigureAwait(false))
                {
                    if (last is null || at < last || (at == last && !target.IsExclusive))
                        await RequireFreeAsync(at, directory, cancellationToken).ConfigureAwait(false);
                }
            }

            from = fork ?? from;
        }
    }

    // Only the archive's WAL counts: the tablespaces of the backup's own WAL existed before the backup ended.
    private static Lsn? FirstIn(WalArchive archive, TimelineId timeline, Lsn from)
    {
        Lsn? first = archive.Files.Select(file => file.Segment)
            .Where(segment => segment?.Timeline == timeline && segment.Value.EndLsn(archive.SegmentSize) > from)
            .Min(segment => segment?.StartLsn(archive.SegmentSize));
        return first < from ? from : first;
    }

    private async Task<IReadOnlyList<(Lsn At, string Directory)>> CreatedAsync(
        string archive, TimelineId timeline, Lsn first, Lsn? end, CancellationToken cancellationToken)
    {
        if (end <= first)
            return [];
        string[] arguments =
        [
            "-r", "Tablespace", "-p", archive, "-t", timeline.ToString(), "-s", first.ToString(),
            .. end is { } stop ? new[] { "-e", stop.ToString() } : [],
        ];
        try
        {
            // Without an end position the program fails at the end of the WAL. The tablespaces found until then count.
            CommandResult result = await host.RunAsync(
                new HostCommand(dumpProgram, arguments) { Timeout = context.Timeout }, cancellationToken).ConfigureAwait(false);
            return WalDump.CreatedTablespaces(result.Output);
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.ProgramNotFound)
        {
            context.Log.Warn($"Whether the WAL creates tablespaces on the way is not known: {e.Message}");
            return [];
        }
    }

    private async Task RequireFreeAsync(Lsn at, string directory, CancellationToken cancellationToken)
    {
        if (await host.ListAsync(directory, cancellationToken).ConfigureAwait(false) is not { Count: > 0 })
            return;
        throw new PgHaException(
            ErrorIds.TablespaceInUse, PgHaErrorKind.Refused,
            $"At {at} the WAL creates a tablespace in '{directory}', which has something "
                + $"in it on {host.Description}: the restored server would write over that.",
            $"Restore on another machine, or to a position before it (-TargetLsn {at} -Exclusive).", directory);
    }
}
