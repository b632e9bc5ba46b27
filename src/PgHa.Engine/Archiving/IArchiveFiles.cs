namespace PgHa.Engine.Archiving;

/// <summary>The files of an archive, as somebody reads and writes them: on a machine with a host, or by ssh.</summary>
internal interface IArchiveFiles
{
    /// <summary>The text that names the archive.</summary>
    string Location { get; }

    /// <summary>Its directory, on the machine that has it.</summary>
    string Directory { get; }

    /// <summary>Who reads and writes.</summary>
    string UserName { get; }

    /// <summary>What is in it, sorted by name; <see langword="null"/> if there is no such directory.</summary>
    /// <param name="withContent">Whether to read the beginnings of segments and the histories of timelines too.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IReadOnlyList<ArchiveEntry>?> ListAsync(bool withContent, CancellationToken cancellationToken);

    /// <summary>A file, or its first bytes; <see langword="null"/> if there is no such file.</summary>
    Task<byte[]?> ReadAsync(string name, int? maxBytes, CancellationToken cancellationToken);

    /// <summary>Whether the directory is there, or can be made.</summary>
    Task<ArchiveRoom> LookAsync(CancellationToken cancellationToken);

    /// <summary>Makes the directory, for its user alone; its parent is there.</summary>
    Task CreateAsync(CancellationToken cancellationToken);

    /// <summary>Removes files, and returns when that is on disk.</summary>
    /// <param name="names">Their names, in the order in which they are removed.</param>
    /// <param name="removed">Told how many are gone, now and then.</param>
    /// <param name="cancellationToken">Cancels halfway.</param>
    Task DeleteAsync(IReadOnlyList<string> names, Action<int> removed, CancellationToken cancellationToken);
}

/// <summary>Something in an archive's directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsDirectory">Whether it is a directory.</param>
/// <param name="Length">The size of a file in bytes.</param>
/// <param name="ModifiedAt">When its content last changed.</param>
/// <param name="Content">The first page's beginning of a segment, or a whole history, if it was to be read.</param>
internal sealed record ArchiveEntry(string Name, bool IsDirectory, long Length, DateTimeOffset ModifiedAt, byte[]? Content)
{
    /// <summary>How much of a file is read with the list: nothing, the beginning, or all.</summary>
    public static int? ContentLength(string name, long length) => new ArchivedFile(name, length, default) switch
    {
        { IsCompressed: true } => null,
        { Segment: not null, Length: > 0 } => WalSegmentHeader.Length,
        { What.Kind: WalArchiveFileKind.TimelineHistory } => int.MaxValue,
        _ => null,
    };
}

/// <summary>What is at the place of an archive.</summary>
internal enum ArchiveRoom
{
    /// <summary>A directory that its user can write to.</summary>
    Writable,

    /// <summary>A directory that its user cannot write to.</summary>
    NotWritable,

    /// <summary>Nothing, in a directory.</summary>
    Absent,

    /// <summary>Nothing, and there is no directory above it either.</summary>
    ParentAbsent,

    /// <summary>A file.</summary>
    NotADirectory,
}
