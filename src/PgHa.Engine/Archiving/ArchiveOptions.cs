namespace PgHa.Engine.Archiving;

/// <summary>How a server is to archive.</summary>
public sealed record ArchiveOptions
{
    /// <summary>The archive: a directory on the server's host, for this server alone.</summary>
    public required string ArchiveDirectory { get; init; }

    /// <summary>Whether a standby archives too.</summary>
    public ArchiveMode Mode { get; init; }

    /// <summary>Takes a standby's archive although WAL of this system is in it, which another server may have put there.</summary>
    public bool AllowFilledArchive { get; init; }
}
