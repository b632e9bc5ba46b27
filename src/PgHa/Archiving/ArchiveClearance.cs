using System.Globalization;

namespace PgHa;

/// <summary>The result of removing the WAL that is no longer needed from an archive.</summary>
public sealed record ArchiveClearance
{
    /// <summary>The archive.</summary>
    public required string ArchiveDirectory { get; init; }

    /// <summary>The system whose WAL it has; <see langword="null"/> if no segment tells.</summary>
    public required SystemIdentifier? SystemIdentifier { get; init; }

    /// <summary>How many files were removed.</summary>
    public required int RemovedFiles { get; init; }

    /// <summary>Their size in bytes.</summary>
    public required long RemovedBytes { get; init; }

    /// <summary>How many files are left.</summary>
    public required int RemainingFiles { get; init; }

    /// <summary>Their size in bytes.</summary>
    public required long RemainingBytes { get; init; }

    /// <summary>The oldest segment that is left; <see langword="null"/> if there is none.</summary>
    public required WalFileName? KeptFrom { get; init; }

    /// <summary>
    /// What the oldest segment is kept for; <see langword="null"/> if its timeline is newer than
    /// everything that is known to need WAL.
    /// </summary>
    public required ArchiveKeeper? KeptFor { get; init; }

    /// <summary>Everything that needs WAL of the archive, in the order of the positions from which on WAL is needed.</summary>
    public required IReadOnlyList<ArchiveKeeper> Keepers { get; init => field = IndexableList.Of(value); }

    /// <summary><c>4 files (64 MB) removed from /archive, kept from 000000010000000000000005</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Plural.Count(RemovedFiles, "file")} ({ByteSize.Format(RemovedBytes)})"
        + $" removed from {ArchiveDirectory}"
        + $"{(KeptFrom is { } from ? $", kept from {from}" : "")}");
}
