using PgHa.Engine.Backups;
using PgHa.Engine.Cloning;
using PgHa.Engine.Machines;
using PgHa.Engine.Procedures;

namespace PgHa.Engine.Recovery.Restore;

/// <summary>
/// A restore that can be done: everything that could prevent it has been checked, as far as this is possible without replaying
/// the WAL.
/// </summary>
public sealed class RestorePlan
{
    internal RestorePlan(
        RestoreOptions options, IHost host, CloneTarget target, BackupContent content, PgBaseBackup backup, RecoveryRoute route,
        ServerDialect dialect, string binDirectory,
        IReadOnlyDictionary<string, CloneTarget> tablespaces, KeptConfiguration? kept)
    {
        Options = options;
        Host = host;
        Content = content;
        Backup = backup;
        Route = route;
        Dialect = dialect;
        BinDirectory = binDirectory;
        Tablespaces = tablespaces;
        Kept = kept;
        Target = target;
    }

    /// <summary>What was asked for.</summary>
    public RestoreOptions Options { get; }

    /// <summary>The backup.</summary>
    public PgBaseBackup Backup { get; }

    /// <summary>The way from the backup to the target.</summary>
    public RecoveryRoute Route { get; }

    /// <summary>The steps.</summary>
    public Procedure Procedure { get; internal set; } = new("");

    internal IHost Host { get; }

    internal BackupContent Content { get; }

    internal ServerDialect Dialect { get; }

    internal string BinDirectory { get; }

    /// <summary>The directories.</summary>
    internal CloneTarget Target { get; }

    /// <summary>The directories of the tablespaces, by their OIDs.</summary>
    internal IReadOnlyDictionary<string, CloneTarget> Tablespaces { get; }

    /// <summary>The configuration that the server has elsewhere; <see langword="null"/> if it gets that of the backup.</summary>
    internal KeptConfiguration? Kept { get; }

    /// <summary>The settings of its recovery.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> RecoverySettings => RestoredConfiguration.OfRecovery(
        Options.Target, Route.History.Timeline,
        new DirectoryArchive(Options.ArchiveDirectory).RestoreCommand(Host.IsWindows));

    /// <summary>The server's own settings.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> ServerSettings => RestoredConfiguration.OfServer(
        Options.Name, Options.Port,
        Options.NewArchiveDirectory is { } archive ? new DirectoryArchive(archive).ArchiveCommand(Host.IsWindows) : null);

    /// <summary>The plan as a tree.</summary>
    public override string ToString() => Procedure.ToString();
}
