namespace PgHa;

/// <summary>A file in an archive, as a look from outside shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="ModifiedAt">When its content last changed.</param>
public sealed record ArchivedFile(string Name, long Length, DateTimeOffset ModifiedAt)
{
    // What archive commands that compress add to the name.
    private static readonly string[] Compressions = [".gz", ".lz4", ".zst", ".bz2", ".xz"];

    /// <summary>Whether an archive command compressed it, so that size and content tell nothing.</summary>
    public bool IsCompressed => Compression is not null && What is not null;

    /// <summary>What file of a server's it is; <see langword="null"/> if a server archives none of that name.</summary>
    public WalArchiveFileName? What => WalArchiveFileName.TryParse(Compression is { } suffix ? Name[..^suffix.Length] : Name);

    /// <summary>The complete segment it is; <see langword="null"/> if it is something else.</summary>
    public WalFileName? Segment => What is { Kind: WalArchiveFileKind.Segment } what ? what.Segment : null;

    /// <summary>What a segment's first page says; <see langword="null"/> where it was not read, or is no start of a segment.</summary>
    public WalSegmentHeader? Header { get; init; }

    private string? Compression => Compressions.FirstOrDefault(suffix => Name.EndsWith(suffix, StringComparison.Ordinal));
}
