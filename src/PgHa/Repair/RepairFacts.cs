namespace PgHa;

/// <summary>What is known of a server that is to get back into its cluster, and of the server it shall follow.</summary>
public sealed record RepairFacts
{
    /// <summary>The WAL that it has and the other one has not; <see langword="null"/> if there is none, or if that is not known.</summary>
    public WalDivergence? Divergence { get; init; }

    /// <summary>Whether the end of its WAL is known. After a crash it is known only if a tool can read the WAL.</summary>
    public bool IsEndKnown { get; init; } = true;

    /// <summary>A rewind of it died midway: its data is neither the old nor the new.</summary>
    public bool RewindDied { get; init; }

    /// <summary>A rewind of it was completed, but the steps after the rewind were not.</summary>
    public bool RewindDone { get; init; }

    /// <summary>A new clone of it is complete, and has not taken its place.</summary>
    public bool CloneDone { get; init; }

    /// <summary>A new clone is requested although another way might do, for instance because its data is damaged.</summary>
    public bool CloneWanted { get; init; }

    /// <summary>
    /// The first WAL file that it needs and that neither the other one nor an archive that it restores from has;
    /// <see langword="null"/> if there is none.
    /// </summary>
    public WalFileName? MissingWal { get; init; }

    /// <summary>Why it cannot be rewound; <see langword="null"/> if it can.</summary>
    public string? RewindObstacle { get; init; }

    /// <summary>The transactions that it has and the other one has not; <see langword="null"/> if they could not be counted.</summary>
    public int? LostCommits { get; init; }
}
