namespace PgHa.Engine.Archiving;

/// <summary>Who needs the WAL of an archive.</summary>
public sealed record ArchiveClearanceOptions
{
    /// <summary>Folders with base backups, or base backups.</summary>
    public IReadOnlyList<string> BackupDirectories { get; init; } = [];

    /// <summary>A position, or the name of a WAL file, from which on all is kept.</summary>
    public string? KeepFrom { get; init; }

    /// <summary>Servers: primaries, standbys, running or stopped.</summary>
    public IReadOnlyList<PgInstance> Servers { get; init; } = [];

    /// <summary>Members of a cluster whose address nobody knows.</summary>
    public IReadOnlyList<string> UnknownServers { get; init; } = [];

    /// <summary>Goes on although it is not known what a server or a backup needs.</summary>
    public bool IgnoreUnknownNeed { get; init; }
}
