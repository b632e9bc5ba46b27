namespace PgHa.Engine.Clearance;

/// <summary>What a server or a base backup needs of an archive.</summary>
/// <param name="System">The system of the server or backup; <see langword="null"/> if it is not known.</param>
/// <param name="Keepers">What it needs.</param>
internal sealed record ArchiveNeed(SystemIdentifier? System, IReadOnlyList<ArchiveKeeper> Keepers)
{
    /// <summary>The size of a WAL file, where it is known.</summary>
    public WalSegmentSize? SegmentSize { get; init; }
}
