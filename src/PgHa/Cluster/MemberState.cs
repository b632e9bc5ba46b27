namespace PgHa;

/// <summary>What a member of a cluster does.</summary>
public enum MemberState
{
    /// <summary>A primary: it accepts writes.</summary>
    Running,

    /// <summary>A standby that receives new WAL as it is written.</summary>
    Streaming,

    /// <summary>A standby that streams and has a backlog to receive first.</summary>
    CatchingUp,

    /// <summary>A standby that restores its WAL from an archive.</summary>
    Restoring,

    /// <summary>A standby that should stream and does not.</summary>
    NotStreaming,

    /// <summary>Nothing answers at its address.</summary>
    Down,

    /// <summary>
    /// Something answers, but its state is not known: the server starts or stops, refuses the login, or is another one; or it is a standby,
    /// and the role may not see whether it streams.
    /// </summary>
    Unknown,
}
