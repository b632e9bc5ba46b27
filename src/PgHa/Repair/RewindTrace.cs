namespace PgHa;

/// <summary>Detects from the files of a stopped server whether a rewind that PgHa did not begin died in its directory.</summary>
/// <remarks>
/// <c>pg_rewind</c> leaves no mark while it works: it writes the control file last. But WAL of its source's timeline is among the first
/// that it copies, and a server with the old control file can neither have written nor received that. See
/// <see href="https://www.postgresql.org/docs/current/app-pgrewind.html">pg_rewind</see>.
/// </remarks>
internal static class RewindTrace
{
    /// <summary>The first file that only a rewind can have left; <see langword="null"/> if there is none.</summary>
    /// <param name="control">What the control file says.</param>
    /// <param name="diverges">Whether the server has WAL that the server it shall follow has not.</param>
    /// <param name="walFiles">The names in <c>pg_wal</c>.</param>
    public static WalArchiveFileName? Find(ControlData control, bool diverges, IEnumerable<string> walFiles)
    {
        if (!control.IsCleanlyShutDown)
            return null;
        TimelineId own = control.MinimumRecoveryEndTimeline is { } end && end > control.Timeline ? end : control.Timeline;
        IEnumerable<WalArchiveFileName> later = walFiles.Order(StringComparer.Ordinal)
            .Select(WalArchiveFileName.TryParse).OfType<WalArchiveFileName>().Where(file => file.Timeline > own);
        return control.State == DatabaseState.ShutDown
            ? later.FirstOrDefault()
            // A standby receives later timelines, but none that begins before what it has replayed; of those it gets the history only.
            : diverges ? later.FirstOrDefault(file => file.Kind == WalArchiveFileKind.Segment) : null;
    }
}
