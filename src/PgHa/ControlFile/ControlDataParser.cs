using System.Globalization;

namespace PgHa;

/// <summary>Reads the output of <c>pg_controldata</c>, whose labels are the same from 9.6 to 19.</summary>
internal sealed class ControlDataParser
{
    private const string Kind = "output of pg_controldata";

    private readonly Dictionary<string, (string Value, int Line)> _values = [];

    public ControlDataParser(string text)
    {
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;

            // The program warns of a wrong checksum or of a layout of another version. The values that follow are then garbage.
            if (line.StartsWith("WARNING:", StringComparison.Ordinal))
                throw new MalformedTextException(Kind, line.TrimEnd(), 0, "the control file is corrupt or of another version", number);
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                _values[line[..colon]] = (line[(colon + 1)..].Trim(), number);
        }
    }

    public ControlData Read() => new()
    {
        ControlVersion = Number("pg_control version number"),
        CatalogVersion = Number("Catalog version number"),
        SystemIdentifier = Value("Database system identifier", SystemIdentifier.Parse),
        State = Value("Database cluster state", ParseState),
        LastModified = Value("pg_control last modified", text => text),
        CheckpointLsn = Value("Latest checkpoint location", Lsn.Parse),
        RedoLsn = Value("Latest checkpoint's REDO location", Lsn.Parse),
        Timeline = Value("Latest checkpoint's TimeLineID", TimelineId.Parse),
        PreviousTimeline = Value("Latest checkpoint's PrevTimeLineID", TimelineId.Parse),
        MinimumRecoveryEndLsn = Position("Minimum recovery ending location"),
        MinimumRecoveryEndTimeline = Value(
            "Min recovery ending loc's timeline", text => text == "0" ? default(TimelineId?) : TimelineId.Parse(text)),
        BackupStartLsn = Position("Backup start location"),
        BackupEndLsn = Position("Backup end location"),
        EndOfBackupRequired = Flag("End-of-backup record required"),
        WalLevel = Value("wal_level setting", text => text),
        WalLogHints = Flag("wal_log_hints setting"),
        MaxConnections = Number("max_connections setting"),
        MaxWorkerProcesses = Number("max_worker_processes setting"),
        MaxWalSenders = _values.ContainsKey("max_wal_senders setting") ? Number("max_wal_senders setting") : null,
        MaxPreparedTransactions = Number("max_prepared_xacts setting"),
        MaxLocksPerTransaction = Number("max_locks_per_xact setting"),
        TrackCommitTimestamp = Flag("track_commit_timestamp setting"),
        WalSegmentSize = Value("Bytes per WAL segment", ParseSegmentSize),
        DataChecksumVersion = Number("Data page checksum version"),
    };

    private int Number(string label) => Value(label, text => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture));

    private Lsn? Position(string label) => Value(label, text => Lsn.Parse(text) is var lsn && lsn == Lsn.Zero ? default(Lsn?) : lsn);

    private bool Flag(string label) => Value(label, text => text switch
    {
        "on" or "yes" => true,
        "off" or "no" => false,
        _ => throw new FormatException("expected on, off, yes or no"),
    });

    private T Value<T>(string label, Func<string, T> parse)
    {
        if (!_values.TryGetValue(label, out (string Value, int Line) entry))
            throw new MalformedTextException(Kind, "…", 0, $"it has no line \"{label}\"; pg_controldata has to run with LC_ALL=C");
        try
        {
            return parse(entry.Value);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new MalformedTextException(Kind, $"{label}: {entry.Value}", label.Length + 2, e.Message.TrimEnd('.'), entry.Line);
        }
    }

    private static WalSegmentSize ParseSegmentSize(string text)
    {
        int bytes = int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        return WalSegmentSize.IsValid(bytes)
            ? new WalSegmentSize(bytes)
            : throw new FormatException("expected a power of two from 1 MB to 1 GB");
    }

    private static DatabaseState ParseState(string text) => text switch
    {
        "starting up" => DatabaseState.StartingUp,
        "shut down" => DatabaseState.ShutDown,
        "shut down in recovery" => DatabaseState.ShutDownInRecovery,
        "shutting down" => DatabaseState.ShuttingDown,
        "in crash recovery" => DatabaseState.InCrashRecovery,
        "in archive recovery" => DatabaseState.InArchiveRecovery,
        "in production" => DatabaseState.InProduction,
        _ => throw new FormatException("expected a state such as \"in production\""),
    };
}
