namespace PgHa;

/// <summary>What can be wrong with an archive.</summary>
public enum ArchiveFindingCause
{
    /// <summary>Segments are missing between others: recovery ends before them.</summary>
    SegmentMissing,

    /// <summary>A segment is shorter or longer than a segment is.</summary>
    SegmentSizeWrong,

    /// <summary>A file with a segment's name does not begin as that segment does.</summary>
    SegmentDamaged,

    /// <summary>A segment is of another system.</summary>
    ForeignSystem,

    /// <summary>There are segments of a timeline whose history is missing.</summary>
    HistoryMissing,

    /// <summary>A timeline's history is not one that a server reads.</summary>
    HistoryDamaged,

    /// <summary>Two files for one segment differ.</summary>
    SegmentsDiffer,

    /// <summary>The server counts a file as archived, but the archive does not have it.</summary>
    NotInArchive,

    /// <summary>An archive command left an unfinished file.</summary>
    Leftover,

    /// <summary>There is no WAL in the archive.</summary>
    ArchiveEmpty,

    /// <summary>
    /// A promotion ended a timeline that another server continued: the archive has its last segment both whole and partial.
    /// </summary>
    PartialBesideWhole,

    /// <summary>Segments are compressed, and were not looked into.</summary>
    ContentNotRead,

    /// <summary>No server archives a file of that name.</summary>
    UnknownFile,
}
