namespace PgHa;

/// <summary>A file in an archive, as a directory listing and the first page of a segment show it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="ModifiedAt">When its content last changed.</param>
public sealed record ArchivedFile(string Name, long Length, DateTimeOffset ModifiedAt)
{
    // The suffixes that compressing archive commands add to a name.
    private static readonly string[] Compressions = [".gz", ".lz4", ".zst", ".bz2", ".xz"];

    /// <summary>
    /// Whether an archive command compressed the file, or a tool keeps it in its own form: its size and content say nothing about the
    /// segment then.
    /// </summary>
    public bool IsCompressed => (IsOpaque || Compression is not null) && What is not null;

    /// <summary>Whether a tool keeps the file in a form of its own; the name is that of the file that the server archived.</summary>
    public bool IsOpaque { get; init; }

    /// <summary>What the name says that the file is; <see langword="null"/> if no server archives a file of that name.</summary>
    public WalArchiveFileName? What => WalArchiveFileName.TryParse(Compression is { } suffix ? Name[..^suffix.Length] : Name);

    /// <summary>The segment, if the file is a complete one; <see langword="null"/> otherwise.</summary>
    public WalFileName? Segment => What is { Kind: WalArchiveFileKind.Segment } what ? what.Segment : null;

    /// <summary>What the first page of a segment says; <see langword="null"/> if it was not read, or does not begin a segment.</summary>
    public WalSegmentHeader? Header { get; init; }

    private string? Compression => Compressions.FirstOrDefault(suffix => Name.EndsWith(suffix, StringComparison.Ordinal));
}
