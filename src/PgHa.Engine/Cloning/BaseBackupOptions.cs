namespace PgHa.Engine.Cloning;

/// <summary>What to clone, and the properties of the clone.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-pgbasebackup.html">pg_basebackup</see>.</remarks>
public sealed record BaseBackupOptions
{
    /// <summary>The server to clone: a primary, or a standby that answers queries.</summary>
    public required PgInstance Source { get; init; }

    /// <summary>The clone's name, which becomes its <c>cluster_name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The clone's machine; the source's by default.</summary>
    public PgMachine Machine
    {
        get => field ?? Source.Machine;
        init;
    }

    /// <summary>The clone's data directory: missing or empty.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The clone's port.</summary>
    public required int Port { get; init; }

    /// <summary>The address the clone will be reached at; the source's by default, or that of the clone's own machine.</summary>
    public string? HostName { get; init; }

    /// <summary>Whether the clone is on the source's machine.</summary>
    internal bool IsBesideSource => Machine == Source.Machine;

    /// <summary>The address the clone is reached at.</summary>
    internal string Address =>
        HostName ?? (IsBesideSource ? Source.Host : Machine.IsThisMachine ? PgInstance.DefaultHost : Machine.HostName);

    /// <summary>The label in <c>backup_label</c>; the clone's name by default.</summary>
    public string? Label { get; init; }

    /// <summary>How the source writes the checkpoint that the backup starts with.</summary>
    public BackupCheckpoint Checkpoint { get; init; } = BackupCheckpoint.Fast;

    /// <summary>The highest rate in kilobytes per second, from 32 to 1048576; <see langword="null"/> for no limit.</summary>
    public int? MaxRate { get; init; }

    /// <summary>The clone's tablespace directories, by those of the source.</summary>
    public IReadOnlyDictionary<string, string> TablespaceMapping { get; init; } = new Dictionary<string, string>();

    /// <summary>The directory of the clone's WAL, which must not exist yet; in the data directory by default.</summary>
    public string? WalDirectory { get; init; }

    /// <summary>The source with the login of the role to copy as; its own login by default.</summary>
    public PgInstance? Login { get; init; }

    /// <summary>
    /// Whether the copy has to go through connections of <see cref="Login"/>. If it does not, that role only copies where the files
    /// cannot be copied on the source's machine.
    /// </summary>
    public bool CopiesAsLogin { get; init; }

    /// <summary>The backup of another tool that becomes the clone; by default the source's files are copied.</summary>
    public ToolRestore? Restore { get; init; }

    /// <summary>The directory of the programs to use. If it is not given, PgHa finds them.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>The operating system user the clone belongs to, where PgHa runs as root.</summary>
    public string? ServerUser { get; init; }

    /// <summary>Does not verify the checksums of the pages that are copied.</summary>
    public bool NoVerifyChecksums { get; init; }

    /// <summary>Does not wait until the copy is on disk: a crash of the machine can spoil it. For tests.</summary>
    public bool NoSync { get; init; }
}
