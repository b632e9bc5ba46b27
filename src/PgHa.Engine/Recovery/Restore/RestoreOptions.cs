namespace PgHa.Engine.Recovery.Restore;

/// <summary>What to restore, up to which point of the WAL, and the properties of the restored server.</summary>
public sealed record RestoreOptions
{
    /// <summary>The machine of the backup, its archive and the restored server; this one by default.</summary>
    public PgMachine Machine { get; init; } = PgMachine.This;

    /// <summary>The directory of the base backup, plain or tar.</summary>
    public required string Backup { get; init; }

    /// <summary>The server's name, which becomes its <c>cluster_name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The server's data directory: missing or empty.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The server's port.</summary>
    public required int Port { get; init; }

    /// <summary>The new directories of the tablespaces, missing or empty, by their directories in the backup.</summary>
    public IReadOnlyDictionary<string, string> TablespaceMapping { get; init; } = new Dictionary<string, string>();

    /// <summary>The archive of the server that the backup comes from. PgHa only reads it.</summary>
    public required string ArchiveDirectory { get; init; }

    /// <summary>Where recovery is to end.</summary>
    public required RecoveryTarget Target { get; init; }

    /// <summary><c>latest</c>, <c>current</c> (the backup's own) or a timeline's number.</summary>
    public string TargetTimeline { get; init; } = "latest";

    /// <summary>What happens to the server at the target.</summary>
    public RecoveryTargetAction Action { get; init; } = RecoveryTargetAction.Promote;

    /// <summary>
    /// The directory in which the restored server archives its own WAL: missing or empty; <see langword="null"/> if it does not
    /// archive.
    /// </summary>
    public string? NewArchiveDirectory { get; init; }

    /// <summary>Adds the login to the server, if its superuser needs a password.</summary>
    public Func<PgInstance, PgInstance> Reached { get; init; } = instance => instance;

    /// <summary>The directory of the server's programs. If it is not given, PgHa finds them.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>The operating system user the server belongs to, where PgHa runs as root.</summary>
    public string? ServerUser { get; init; }

    /// <summary>Continues although WAL is missing that may be after the target.</summary>
    public bool AllowGaps { get; init; }

    /// <summary>Does not wait until the files are on disk. For tests.</summary>
    public bool NoSync { get; init; }
}
