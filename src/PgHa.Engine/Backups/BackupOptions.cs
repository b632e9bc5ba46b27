using PgHa.Engine.Cloning;

namespace PgHa.Engine.Backups;

/// <summary>
/// What to back up, and how. A backup keeps the files as the server sent them, unlike a clone
/// (<see cref="BaseBackupOptions"/>).
/// </summary>
public sealed record BackupOptions
{
    /// <summary>The server: a primary, or a standby that answers queries.</summary>
    public required PgInstance Source { get; init; }

    /// <summary>The server with the login of the role to copy as; its own login by default.</summary>
    public PgInstance? Login { get; init; }

    /// <summary>The backup's machine; the server's by default.</summary>
    public PgMachine Machine
    {
        get => field ?? Source.Machine;
        init;
    }

    /// <summary>The backup's directory: missing or empty.</summary>
    public required string Directory { get; init; }

    /// <summary>The backup's format.</summary>
    public BackupFormat Format { get; init; }

    /// <summary>The compression of a tar backup.</summary>
    public BackupCompression? Compression { get; init; }

    /// <summary>
    /// The backup, or its manifest, that an incremental backup is based on; <see langword="null"/> for a full one.
    /// </summary>
    public string? Parent { get; init; }

    /// <summary>The label; the directory's name by default.</summary>
    public string? Label { get; init; }

    /// <summary>How the source writes the checkpoint that the backup starts with.</summary>
    public BackupCheckpoint Checkpoint { get; init; } = BackupCheckpoint.Fast;

    /// <summary>The highest rate in kilobytes per second, from 32 to 1048576; <see langword="null"/> for no limit.</summary>
    public int? MaxRate { get; init; }

    /// <summary>The directory of the programs to use. If it is not given, PgHa finds them.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>The operating system user the backup belongs to, where PgHa runs as root.</summary>
    public string? ServerUser { get; init; }

    /// <summary>Does not wait until the files are on disk. For tests.</summary>
    public bool NoSync { get; init; }
}
