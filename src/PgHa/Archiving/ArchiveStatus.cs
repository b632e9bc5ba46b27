namespace PgHa;

/// <summary>Whether a server's WAL gets into its archive.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ARCHIVER-VIEW">pg_stat_archiver</see>.
/// </remarks>
public sealed record ArchiveStatus
{
    /// <summary>The server.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>Whether it accepts writes or replays.</summary>
    public required ServerRole Role { get; init; }

    /// <summary>In which role the server archives (<c>archive_mode</c>); none if it is off.</summary>
    public ArchiveMode? Mode { get; init; }

    /// <summary>The command that archives a file (<c>archive_command</c>), with passwords masked; none if it is empty.</summary>
    public string? Command { get; init; }

    /// <summary>
    /// The archive that the command fills, in words: a directory, or what the tool calls it. None if the command archives nothing.
    /// </summary>
    public string? Archive => PgHa.Archive.OfArchiveCommand(Command)?.ToString();

    /// <summary>The library that archives instead (<c>archive_library</c>, from 15 on); none if it is empty.</summary>
    public string? Library { get; init; }

    /// <summary>How many files have been archived since <see cref="StatsReset"/>.</summary>
    public long ArchivedCount { get; init; }

    /// <summary>The file archived last.</summary>
    public string? LastArchivedFile { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastArchivedTime { get; init; }

    /// <summary>How many attempts have failed since <see cref="StatsReset"/>.</summary>
    public long FailedCount { get; init; }

    /// <summary>The file whose archiving failed last.</summary>
    public string? LastFailedFile { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastFailedTime { get; init; }

    /// <summary>Since when the server counts.</summary>
    public DateTimeOffset? StatsReset { get; init; }

    /// <summary>The position written by a primary, or received by a standby.</summary>
    public Lsn? CurrentLsn { get; init; }

    /// <summary>What waits to be archived; unknown where the role may not see it and nothing has been archived yet.</summary>
    public ArchiveBacklog? Backlog { get; init; }

    /// <summary>When the server was asked, by its own clock.</summary>
    public DateTimeOffset? ObservedAt { get; init; }

    /// <summary>What is wrong, the most urgent first.</summary>
    public IReadOnlyList<WalFinding> Findings { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>Whether the server archives in its present role: with <c>archive_mode=on</c> a standby does not.</summary>
    public bool IsArchiving => Mode == ArchiveMode.Always || (Mode == ArchiveMode.On && Role == ServerRole.Primary);

    /// <summary>Whether nothing gets into the archive although files wait; meanwhile the server keeps all of them.</summary>
    public bool IsStuck => Findings.Any(finding => finding.Cause
        is not (WalFindingCause.ArchivingSlow or WalFindingCause.ArchiveIncomplete or WalFindingCause.ArchiveNotProven));

    /// <summary>The findings in words; empty where all is well.</summary>
    public string Diagnosis => string.Join("; ", Findings);

    /// <summary><c>node20@127.0.0.1:9420: 12 files archived, the last 00000001000000000000000C</c>.</summary>
    public override string ToString() =>
        $"{Server}: {ArchivedCount} files archived{(LastArchivedFile is null ? "" : $", the last {LastArchivedFile}")}";
}
