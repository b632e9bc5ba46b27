namespace PgHa;

/// <summary>The WAL that a server has completed and not archived.</summary>
/// <param name="Files">How many files wait; besides segments there may be histories of timelines and backups.</param>
/// <param name="Bytes">The size of the segments among them.</param>
/// <param name="OldestLsn">The position from which on WAL is not archived; none if no segment waits.</param>
/// <param name="OldestSince">Since when the oldest waits; unknown for an estimate.</param>
/// <param name="IsEstimated">
/// Whether the numbers are an estimate from the last archived file, because the role may not list the files that wait.
/// </param>
public sealed record ArchiveBacklog(long Files, long Bytes, Lsn? OldestLsn, DateTimeOffset? OldestSince, bool IsEstimated = false)
{
    /// <summary>Estimates the backlog from the last archived file and the server's current position.</summary>
    /// <returns><see langword="null"/> if the name of the last archived file says no position.</returns>
    public static ArchiveBacklog? Estimate(string? lastArchivedFile, Lsn current, WalSegmentSize size)
    {
        if (lastArchivedFile is null || WalArchiveFileName.TryParse(lastArchivedFile)?.Segment is not { } last)
            return null;

        Lsn from = last.EndLsn(size);
        // The segment in use is not complete.
        long segments = Math.Max(0, current - from) / size.Bytes;
        return new ArchiveBacklog(segments, segments * size.Bytes, segments > 0 ? from : null, OldestSince: null, IsEstimated: true);
    }

    /// <summary><c>3 files (48 MB)</c>.</summary>
    public override string ToString() =>
        $"{(IsEstimated ? "about " : "")}{Plural.Count(Files, "file")} ({ByteSize.Format(Bytes)})";
}
