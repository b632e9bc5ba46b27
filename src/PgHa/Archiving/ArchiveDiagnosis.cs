namespace PgHa;

/// <summary>Says whether archiving works, from what the server tells of it.</summary>
public static class ArchiveDiagnosis
{
    /// <summary>How long a file may wait. The archiver tries again every minute after it has given up for the time being.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The finding, if there is one; at most one, because the first cause explains the rest.</summary>
    public static IReadOnlyList<WalFinding> Of(ArchiveStatus status) =>
        status.IsArchiving && (OfSettings(status) ?? OfFailure(status) ?? OfWaiting(status)) is { } finding ? [finding] : [];

    private static WalFinding? OfSettings(ArchiveStatus status) => status is { Command: null, Library: null }
        ? Finding(
            status, WalFindingCause.ArchivingNotConfigured,
            $"archives nothing, because neither archive_command nor archive_library is set{AndWaiting(status)}")
        : null;

    // A failure is over when a later attempt succeeded, or when nothing waits any more because somebody took it away.
    private static WalFinding? OfFailure(ArchiveStatus status)
    {
        bool isLast = status.LastFailedTime is { } failed && !(status.LastArchivedTime >= failed);
        return isLast && status.Backlog is not { Files: 0, IsEstimated: false }
            ? Finding(
                status, WalFindingCause.ArchivingFails,
                $"cannot archive {status.LastFailedFile}: the last attempt {Ago(status)} "
                    + $"failed ({status.FailedCount} in all), and its log says why{AndWaiting(status)}")
            : null;
    }

    private static WalFinding? OfWaiting(ArchiveStatus status)
    {
        // An estimate does not say since when files wait. The last success stands in: a complete file is archived at once if at all.
        if (status.Backlog is not { Files: > 0 } backlog
            || (status.ObservedAt - (backlog.OldestSince ?? status.LastArchivedTime)) is not { } waited
            || waited < Patience)
        {
            return null;
        }

        TimeSpan still = status.ObservedAt - status.LastArchivedTime is { } since && since < waited ? since : waited;
        return still < Patience
            ? Finding(status, WalFindingCause.ArchivingSlow, $"writes WAL faster than it archives it{AndWaiting(status)}")
            : Finding(
                status, WalFindingCause.ArchivingStalled,
                $"has archived nothing for {LagDiagnosis.Describe(still)}, and nothing failed: "
                    + $"the command hangs, or the archiver does not run{AndWaiting(status)}");
    }

    private static string AndWaiting(ArchiveStatus status)
    {
        if (status.Backlog is not { Files: > 0 } backlog)
            return "";
        string age = status.ObservedAt - backlog.OldestSince is { } waited && waited >= Patience
            ? $", the oldest for {LagDiagnosis.Describe(waited)}"
            : "";
        return $"; {backlog} {Plural.Of(backlog.Files, "waits", "wait")}{age}";
    }

    private static string Ago(ArchiveStatus status) =>
        status.ObservedAt - status.LastFailedTime is { } age ? $"{LagDiagnosis.Describe(age)} ago" : "";

    private static WalFinding Finding(ArchiveStatus status, WalFindingCause cause, string what) =>
        new(cause, status.Server.Name, $"{status.Server.Name} {what}");
}
