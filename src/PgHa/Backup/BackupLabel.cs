namespace PgHa;

/// <summary>
/// The file <c>backup_label</c> of a base backup. While it is in a data directory, recovery begins where it says;
/// a copy of a running server without it is no backup.
/// </summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP">Making a
/// Base Backup Using the Low Level API</see>.
/// </remarks>
public sealed record BackupLabel
{
    private const string Kind = "backup_label";

    /// <summary>Where replay has to begin.</summary>
    public required Lsn StartLsn { get; init; }

    /// <summary>The WAL file with that position.</summary>
    public required WalFileName StartWalFile { get; init; }

    /// <summary>The position of the checkpoint the backup began with.</summary>
    public required Lsn CheckpointLsn { get; init; }

    /// <summary>The timeline the backup was taken on.</summary>
    public required TimelineId Timeline { get; init; }

    /// <summary><c>streamed</c>, or <c>pg_start_backup</c> for an exclusive backup of 14 and older.</summary>
    public required string Method { get; init; }

    /// <summary>The backup was taken from a standby.</summary>
    public required bool IsFromStandby { get; init; }

    /// <summary>When the backup began, in the server's time zone and as it prints it.</summary>
    public required string StartTime { get; init; }

    /// <summary>What the backup was called.</summary>
    public required string Label { get; init; }

    /// <summary>
    /// Where the backup began that this incremental one is based on (from 17 on); <see langword="null"/> for a full backup.
    /// </summary>
    public Lsn? IncrementalFromLsn { get; init; }

    /// <summary>The timeline of that backup.</summary>
    public TimelineId? IncrementalFromTimeline { get; init; }

    /// <summary>
    /// Whether a directory with these files is a base backup that nobody has set up as a server yet: it has the label, it was never
    /// started, and it is prepared neither as a standby nor for a recovery.
    /// </summary>
    /// <param name="names">The names of the files in the directory.</param>
    public static bool IsKeptBackup(IReadOnlyCollection<string> names) =>
        names.Contains(Kind)
        && !names.Any(name =>
            name is PostmasterOptions.FileName or "postmaster.pid" or "standby.signal" or "recovery.signal" or "recovery.conf");

    /// <summary>Reads the file; lines of newer versions are passed over.</summary>
    /// <exception cref="MalformedTextException">
    /// A line is missing or the server would not understand it; the message says which.
    /// </exception>
    public static BackupLabel Parse(string text)
    {
        string[] lines = text.Split('\n');
        (Lsn start, WalFileName file) = StartLocation(lines);
        return new BackupLabel
        {
            StartLsn = start,
            StartWalFile = file,
            CheckpointLsn = Value(lines, "CHECKPOINT LOCATION", Lsn.Parse),

            // PostgreSQL 10 and older do not write this line; the name of the WAL file always has the timeline.
            Timeline = Find(lines, "START TIMELINE") is null ? file.Timeline : Value(lines, "START TIMELINE", TimelineId.Parse),
            Method = Value(lines, "BACKUP METHOD", value => value),
            IsFromStandby = Value(lines, "BACKUP FROM", value => value) == "standby",
            StartTime = Value(lines, "START TIME", value => value),
            Label = Value(lines, "LABEL", value => value),
            IncrementalFromLsn = Find(lines, "INCREMENTAL FROM LSN") is null ? null : Value(lines, "INCREMENTAL FROM LSN", Lsn.Parse),
            IncrementalFromTimeline = Find(lines, "INCREMENTAL FROM TLI") is null
                ? null
                : Value(lines, "INCREMENTAL FROM TLI", TimelineId.Parse),
        };
    }

    // START WAL LOCATION: 0/2000028 (file 000000010000000000000002)
    private static (Lsn Start, WalFileName File) StartLocation(string[] lines) => Value(lines, "START WAL LOCATION", value =>
        value.Split(" (file ") is [var lsn, [.. var file, ')']]
            ? (Lsn.Parse(lsn), WalFileName.Parse(file))
            : throw new FormatException("expected a position and, in parentheses, a WAL file"));

    private static T Value<T>(string[] lines, string name, Func<string, T> parse)
    {
        (string value, int line) = Find(lines, name)
            ?? throw new MalformedTextException(Kind, "…", 0, $"it has no line \"{name}\"");
        try
        {
            return parse(value);
        }
        catch (FormatException e)
        {
            throw new MalformedTextException(Kind, $"{name}: {value}", name.Length + 2, e.Message.TrimEnd('.'), line);
        }
    }

    private static (string Value, int Line)? Find(string[] lines, string name)
    {
        int index = Array.FindIndex(lines, line => line.StartsWith($"{name}: ", StringComparison.Ordinal));
        return index < 0 ? null : (lines[index][(name.Length + 2)..].TrimEnd('\r'), index + 1);
    }
}
