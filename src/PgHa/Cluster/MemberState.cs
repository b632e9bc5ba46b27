namespace PgHa;

/// <summary>What a member of a cluster does.</summary>
public enum MemberState
{
    /// <summary>A primary: it accepts writes.</summary>
    Running,

    /// <summary>A standby that receives what is new as it is written.</summary>
    Streaming,

    /// <summary>A standby that streams and has a backlog to receive first.</summary>
    CatchingUp,

    /// <summary>A standby that lives on an archive.</summary>
    Restoring,

    /// <summary>A standby that should stream and does not.</summary>
    NotStreaming,

    /// <summary>Nothing answers at its address.</summary>
    Down,

    /// <summary>
    /// Something answers and does not tell: it starts or stops, lets PgHa not in, is another server, or is a standby of which the role may
    /// not see whether it streams.
    /// </summary>
    Unknown,
}
