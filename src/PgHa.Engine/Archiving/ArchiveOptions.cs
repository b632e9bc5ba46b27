namespace PgHa.Engine.Archiving;

/// <summary>How a server is to archive.</summary>
public sealed record ArchiveOptions
{
    /// <summary>
    /// The archive, for this server alone: a directory on the server's host, or <c>ssh://[USER@]HOST[:PORT]/DIRECTORY</c>.
    /// </summary>
    public required string ArchiveDirectory { get; init; }

    /// <summary>Whether a standby archives too.</summary>
    public ArchiveMode Mode { get; init; }

    /// <summary>Replaces an <c>archive_command</c> that PgHa did not write, or an <c>archive_library</c>.</summary>
    public bool ReplaceArchiveCommand { get; init; }

    /// <summary>Lets a standby use an archive that holds WAL of its system already, perhaps from another server.</summary>
    public bool AllowFilledArchive { get; init; }
}
