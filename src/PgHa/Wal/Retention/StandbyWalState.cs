namespace PgHa;

/// <summary>Whether a server still has the WAL that a standby needs.</summary>
public enum StandbyWalState
{
    /// <summary>The server has the WAL, and something keeps it.</summary>
    Kept,

    /// <summary>The server has the WAL, and may remove it at the next checkpoint.</summary>
    AtRisk,

    /// <summary>Some of it is gone: the standby takes it from an archive, or needs a new clone.</summary>
    Lost,
}
