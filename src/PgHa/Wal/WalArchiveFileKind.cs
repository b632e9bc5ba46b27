namespace PgHa;

/// <summary>The kinds of file a server hands to its archive.</summary>
public enum WalArchiveFileKind
{
    /// <summary>A complete segment.</summary>
    Segment,

    /// <summary>The unfinished last segment of a timeline that a promotion ended (<c>.partial</c>). Recovery never asks for it.</summary>
    PartialSegment,

    /// <summary>The history file of a base backup (<c>.backup</c>).</summary>
    BackupHistory,

    /// <summary>The history file of a timeline (<c>.history</c>), which recovery needs to get there.</summary>
    TimelineHistory,
}
