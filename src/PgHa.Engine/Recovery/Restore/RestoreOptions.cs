namespace PgHa.Engine.Recovery.Restore;

/// <summary>What to restore, to where in the log, and what the restored server shall be.</summary>
public sealed record RestoreOptions
{
    /// <summary>The directory of the base backup, plain or tar.</summary>
    public required string Backup { get; init; }

    /// <summary>The server's name, which becomes its <c>cluster_name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The server's data directory: missing or empty.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The server's port.</summary>
    public required int Port { get; init; }

    /// <summary>The new directories of its tablespaces, missing or empty, by those that the backup has them in.</summary>
    public IReadOnlyDictionary<string, string> TablespaceMapping { get; init; } = new Dictionary<string, string>();

    /// <summary>The archive of the server that the backup is of. It is read only.</summary>
    public required string ArchiveDirectory { get; init; }

    /// <summary>Where recovery is to end.</summary>
    public required RecoveryTarget Target { get; init; }

    /// <summary><c>latest</c>, <c>current</c> (the backup's own) or a timeline's number.</summary>
    public string TargetTimeline { get; init; } = "latest";

    /// <summary>What becomes of the server when it is there.</summary>
    public RecoveryTargetAction Action { get; init; } = RecoveryTargetAction.Promote;

    /// <summary>Where the restored server archives what it writes itself: missing or empty; <see langword="null"/> if it does not archive.</summary>
    public string? NewArchiveDirectory { get; init; }

    /// <summary>Gives the server the login to reach it with, where its superuser needs a password.</summary>
    public Func<PgInstance, PgInstance> Reached { get; init; } = instance => instance;

    /// <summary>The directory of the server's programs; found by themselves where it is not given.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>The operating system user the server belongs to, where PgHa runs as root.</summary>
    public string? ServerUser { get; init; }

    /// <summary>Goes on although WAL is missing that may lie after the target.</summary>
    public bool AllowGaps { get; init; }

    /// <summary>Does not wait until the files are on disk. For tests.</summary>
    public bool NoSync { get; init; }
}
