namespace PgHa.Engine.Backup;

/// <summary>What to back up, and how. Unlike a clone (<see cref="BaseBackupOptions"/>) a backup stays as the server sent it.</summary>
public sealed record BackupOptions
{
    /// <summary>The server: a primary, or a standby that answers queries.</summary>
    public required PgInstance Source { get; init; }

    /// <summary>The server with the login of the role to copy as; its own login by default.</summary>
    public PgInstance? Login { get; init; }

    /// <summary>The backup's directory: missing or empty.</summary>
    public required string Directory { get; init; }

    /// <summary>Its form.</summary>
    public BackupFormat Format { get; init; }

    /// <summary>How it is compressed, if it is a tar.</summary>
    public BackupCompression? Compression { get; init; }

    /// <summary>The backup, or its manifest, that this one shall have the changes since; <see langword="null"/> for a full one.</summary>
    public string? Parent { get; init; }

    /// <summary>The label; the directory's name by default.</summary>
    public string? Label { get; init; }

    /// <summary>How the source writes the checkpoint that the backup starts with.</summary>
    public BackupCheckpoint Checkpoint { get; init; } = BackupCheckpoint.Fast;

    /// <summary>At most so many kilobytes a second, from 32 to 1048576; <see langword="null"/> for no limit.</summary>
    public int? MaxRate { get; init; }

    /// <summary>The directory of the programs to use; found by themselves where it is not given.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>The operating system user the backup belongs to, where PgHa runs as root.</summary>
    public string? ServerUser { get; init; }

    /// <summary>Does not wait until the files are on disk. For tests.</summary>
    public bool NoSync { get; init; }
}
