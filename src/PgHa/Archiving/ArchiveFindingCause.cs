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

    /// <summary>The server takes a file to be archived that is not there.</summary>
    NotInArchive,

    /// <summary>An archive command left an unfinished file.</summary>
    Leftover,

    /// <summary>There is no WAL in it.</summary>
    ArchiveEmpty,

    /// <summary>A timeline was ended by a promotion and went on elsewhere: there is its whole last segment beside the partial one.</summary>
    PartialBesideWhole,

    /// <summary>Segments are compressed, and were not looked into.</summary>
    ContentNotRead,

    /// <summary>A file is none that a server archives.</summary>
    UnknownFile,
}
