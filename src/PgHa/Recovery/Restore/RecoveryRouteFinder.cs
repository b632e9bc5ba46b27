namespace PgHa;

/// <summary>Tells whether a target can be reached from a base backup with what an archive holds, before anything is restored.</summary>
/// <remarks>
/// Recovery itself may fail only after hours of replay, and PostgreSQL 12 and older even promote the server where the
/// WAL ends, as if that were the target. Whether a name, time or transaction comes at all cannot be known without
/// reading the WAL, and is left to recovery.
/// </remarks>
public sealed class RecoveryRouteFinder
{
    private readonly PgBaseBackup _backup;
    private readonly WalArchive _archive;

    /// <summary>Takes a backup, and all WAL there is: that of the archive and that in the backup itself.</summary>
    public RecoveryRouteFinder(PgBaseBackup backup, WalArchive archive)
    {
        _backup = backup;
        _archive = archive;
    }

    /// <summary>The way to a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="targetTimeline"><c>latest</c>, <c>current</c> (the backup's own) or a number.</param>
    /// <param name="allowGaps">Whether WAL may be missing that may come after the target.</param>
    /// <exception cref="PgHaException">
    /// <c>ForeignSystemIdentifier</c>, <c>TimelineNotFound</c>, <c>TimelineNotOfBackup</c>, <c>TargetBeforeBackup</c>,
    /// <c>TargetBeyondArchive</c>, <c>TargetNotOnTimeline</c>, <c>WalMissing</c>.
    /// </exception>
    public RecoveryRoute Find(RecoveryTarget target, string targetTimeline, bool allowGaps)
    {
        RequireSameSystem();
        TimelineHistory history = HistoryOf(targetTimeline);
        RequireAfterBackup(target);
        Lsn backupEnd = _backup.EndLsn ?? _backup.StartLsn;
        RequireNone(_archive.MissingBetween(history, _backup.StartLsn, LastByte(backupEnd)), "the backup is of no use without it");
        if (target.Lsn is { } position && position > backupEnd)
            RequireReachable(history, position, target.IsExclusive);

        WalFileName? last = LastOn(history);
        IReadOnlyList<WalFileRange> gaps = last is { } file
            ? _archive.MissingBetween(history, _backup.StartLsn, file.StartLsn(_archive.SegmentSize))
            : [];
        bool mayBeAfterTarget = target.Kind is RecoveryTargetKind.Time or RecoveryTargetKind.Name or RecoveryTargetKind.Transaction;
        if (target.Kind == RecoveryTargetKind.EndOfWal || (mayBeAfterTarget && !allowGaps))
        {
            RequireNone(
                gaps, mayBeAfterTarget ? "recovery ends there, unless it has reached its target before" : "recovery ends there",
                mayBeAfterTarget ? "Fetch it, or go on with -Force if the target is before it." : "Fetch it, or name a target before it.");
        }

        return new RecoveryRoute(
            history, WalFileName.At(_backup.Timeline, _backup.StartLsn, _archive.SegmentSize), last, mayBeAfterTarget ? gaps : []);
    }

    private void RequireSameSystem()
    {
        if (_archive.SystemIdentifier is { } archived && _backup.SystemIdentifier is { } own && archived != own)
        {
            throw Failure(
                ErrorIds.ForeignSystemIdentifier, PgHaErrorKind.Refused,
                $"The archive '{_archive.Directory}' is of system {archived}, and the backup of {own}.",
                "Name the archive of the server that the backup was taken of.");
        }
    }

    private TimelineHistory HistoryOf(string targetTimeline)
    {
        if (targetTimeline.Equals("current", StringComparison.OrdinalIgnoreCase))
            return KnownHistory(_backup.Timeline);
        // The server would take the latest timeline of all. Here only those that lead through the backup count.
        if (targetTimeline.Equals("latest", StringComparison.OrdinalIgnoreCase))
        {
            return _archive.Timelines.Select(_archive.HistoryOf).OfType<TimelineHistory>().LastOrDefault(LeadsThroughBackup)
                ?? KnownHistory(_backup.Timeline);
        }

        TimelineHistory history = KnownHistory(TimelineId.Parse(targetTimeline));
        return LeadsThroughBackup(history) ? history : throw Failure(
            ErrorIds.TimelineNotOfBackup, PgHaErrorKind.InvalidArgument,
            history.EndOf(_backup.Timeline) is { } end
                ? $"Timeline {history.Timeline} left timeline {_backup.Timeline} at {end}, "
                    + $"before the backup ended{(_backup.EndLsn is { } at ? $" at {at}" : "")}: "
                    + "no recovery leads from it there."
                : $"The backup is of timeline {_backup.Timeline}, through which timeline {history.Timeline} never went.",
            $"Take {string.Join(
                " or ",
                _archive.Timelines.Where(other => _archive.HistoryOf(other) is { } known && LeadsThroughBackup(known))
                    .Append(_backup.Timeline).Distinct())}, or an older backup.");
    }

    private bool LeadsThroughBackup(TimelineHistory history) => history.Contains(_backup.Timeline, _backup.EndLsn ?? _backup.StartLsn);

    private TimelineHistory KnownHistory(TimelineId timeline) =>
        _archive.HistoryOf(timeline)
        // A backup of a promoted server whose archive began later does not need the history for its own timeline.
        ?? (timeline == _backup.Timeline ? TimelineHistory.Initial(timeline) : throw Failure(
            ErrorIds.TimelineNotFound, PgHaErrorKind.NotFound,
            $"The archive '{_archive.Directory}' has no history of timeline {timeline} ({WalArchiveFileName.OfHistory(timeline)}).",
            $"It has timelines {string.Join(", ", _archive.Timelines.DefaultIfEmpty(_backup.Timeline))}."));

    private void RequireAfterBackup(RecoveryTarget target)
    {
        string? before = target switch
        {
            { Lsn: { } lsn } when lsn < (_backup.EndLsn ?? _backup.StartLsn) =>
                _backup.EndLsn is { } end ? $"ended at {end}" : $"began at {_backup.StartLsn}",
            { Time: { } time } when _backup.EndTime is { } end && time < end => $"ended at {TimeText.Of(end)}",
            { Time: { } time } when _backup.StartTime is { } start && time < start => $"began at {TimeText.Of(start)}",
            _ => null,
        };
        if (before is not null)
        {
            throw Failure(
                ErrorIds.TargetBeforeBackup, PgHaErrorKind.InvalidArgument,
                $"The target {target} is before the backup '{_backup.Directory}', which {before}: "
                    + "its data is consistent from its end on.",
                "Take an older backup.");
        }
    }

    private void RequireReachable(TimelineHistory history, Lsn position, bool isExclusive)
    {
        IReadOnlyList<WalFileRange> missing = _archive.MissingBetween(history, _backup.StartLsn, LastByte(position));
        if (missing.Count == 0)
            return;
        TimelineId[] others =
        [
            .. _archive.Timelines.Where(other => other != history.Timeline
                && _archive.HistoryOf(other) is { } way && LeadsThroughBackup(way)
                && _archive.MissingBetween(way, _backup.StartLsn, LastByte(position)).Count == 0),
        ];
        if (others.Length > 0)
        {
            throw Failure(
                ErrorIds.TargetNotOnTimeline, PgHaErrorKind.InvalidArgument,
                $"There is no WAL up to {position} on timeline {history.Timeline}{History(history)}; "
                    + $"there is on timeline {string.Join(" and ", others)}.",
                $"Say which history is meant: -TargetTimeline {others[^1]}.");
        }

        if (LastOn(history) is { } last && missing[0].First > last)
        {
            throw Failure(
                ErrorIds.TargetBeyondArchive, PgHaErrorKind.NotFound,
                $"The target {(isExclusive ? "just before " : "")}{position} "
                    + $"is beyond the archive '{_archive.Directory}', "
                    + $"which on timeline {history.Timeline} ends with {last} before {last.EndLsn(_archive.SegmentSize)}.",
                "If the server that archives still runs, have it end its WAL file (Invoke-PgWalSwitch).");
        }

        RequireNone(missing, "recovery ends there");
    }

    // Parts of one history are consecutive, so the last file is the one with the highest position.
    private WalFileName? LastOn(TimelineHistory history)
    {
        WalFileName[] lasts =
        [
            .. history.Switches.Select(left => left.Timeline).Append(history.Timeline).Select(_archive.LastOf).OfType<WalFileName>()
                .Where(file => file.Timeline == history.Timeline || file.StartLsn(_archive.SegmentSize) < history.EndOf(file.Timeline)),
        ];
        return lasts.Length == 0 ? null : lasts.MaxBy(file => file.StartLsn(_archive.SegmentSize));
    }

    private void RequireNone(
        IReadOnlyList<WalFileRange> missing, string because,
        string advice = "Fetch it from the server or from a copy of the archive, or take another backup.")
    {
        if (missing.Count > 0)
        {
            throw Failure(
                ErrorIds.WalMissing, PgHaErrorKind.NotFound,
                $"Neither the archive '{_archive.Directory}' nor the backup has {string.Join(", ", missing)}, "
                    + $"or not whole and sound: {because}.",
                advice);
        }
    }

    private static string History(TimelineHistory history) =>
        history.Switches is [.., var last] ? $", which began at {last.EndLsn}" : "";

    // A position is the end of what is before it: at the border of two files nothing of the second is needed.
    private static Lsn LastByte(Lsn position) => position == Lsn.Zero ? position : position + -1;

    private PgHaException Failure(string id, PgHaErrorKind kind, string message, string advice) =>
        new(id, kind, message, advice, _backup.Directory);
}
