namespace PgHa;

/// <summary>What a node of a cluster is, by where its WAL comes from.</summary>
public enum NodeKind
{
    /// <summary>It writes WAL itself.</summary>
    Primary,

    /// <summary>A standby that streams from its upstream, and may fetch from an archive what the upstream no longer has.</summary>
    Streaming,

    /// <summary>A standby that gets its WAL from an archive only.</summary>
    ArchiveFed,
}
