namespace PgHa.Engine.Clearance;

/// <summary>Who needs the WAL of an archive.</summary>
public sealed record ArchiveClearanceOptions
{
    /// <summary>Folders with base backups, or base backups.</summary>
    public IReadOnlyList<string> BackupFolders { get; init; } = [];

    /// <summary>An LSN, or the name of a WAL file. All WAL from there on is kept.</summary>
    public string? KeepFrom { get; init; }

    /// <summary>Servers: primaries, standbys, running or stopped.</summary>
    public IReadOnlyList<PgInstance> Servers { get; init; } = [];

    /// <summary>Cluster members whose address is not known.</summary>
    public IReadOnlyList<string> UnknownServers { get; init; } = [];

    /// <summary>Goes on although it is not known what a server or a backup needs.</summary>
    public bool IgnoreUnknownNeed { get; init; }
}
