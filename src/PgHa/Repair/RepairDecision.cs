namespace PgHa;

/// <summary>The cheapest way to get a server back into its cluster, and the reason for it.</summary>
/// <param name="Method">What is done.</param>
/// <param name="Reason">Why that, in words that follow the server's name: "has nothing that node21 has not".</param>
/// <param name="LosesCommits">Whether transactions are lost that a client may have been told are committed.</param>
public sealed record RepairDecision(RepairMethod Method, string Reason, bool LosesCommits)
{
    /// <summary>Decides.</summary>
    /// <param name="facts">What is known.</param>
    /// <param name="source">The other server's name.</param>
    public static RepairDecision Of(RepairFacts facts, string source)
    {
        if (facts.CloneDone)
            return new(RepairMethod.NewClone, "has a complete new clone that has not taken its place", LosesCommits: false);
        if (facts.CloneWanted)
            return new(RepairMethod.NewClone, "is to be cloned anew", LosesCommits: false);
        if (facts.RewindDone)
            return new(RepairMethod.Rewind, "has been rewound, and was not set up and started", LosesCommits: false);
        if (facts is { RewindDied: false, Divergence: null, IsEndKnown: true, MissingWal: { } missing })
        {
            return new(
                RepairMethod.NewClone, $"needs the WAL file {missing}, which {source} has no more, and restores from no archive",
                LosesCommits: false);
        }

        if (facts is { RewindDied: false, Divergence: null, IsEndKnown: true })
            return new(RepairMethod.Follow, $"has nothing that {source} has not", LosesCommits: false);

        string why = facts switch
        {
            { RewindDied: true } => "is between two states, because a rewind of it died midway",
            { Divergence: { } divergence } => Describe(divergence, facts.LostCommits, source),
            _ => $"crashed, and may have WAL that {source} has not",
        };
        // The user who began the rewind that died has accepted the loss already; a new clone leaves the old directory as it is.
        return facts.RewindObstacle is { } obstacle
            ? new(RepairMethod.NewClone, $"{why}; it cannot be rewound: {obstacle}", LosesCommits: false)
            : new(RepairMethod.Rewind, why, LosesCommits: !facts.RewindDied && facts.LostCommits != 0);
    }

    private static string Describe(WalDivergence divergence, int? commits, string source)
    {
        string what = commits switch
        {
            null => "which may have commits in it",
            0 => "without a commit in it",
            1 => "with 1 commit in it",
            _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"with {commits} commits in it"),
        };
        string where = divergence.Timeline is { } timeline ? $"{divergence.Lsn} of timeline {timeline}" : $"{divergence.Lsn}";
        string amount = divergence.Bytes > 0 ? $"{ByteSize.Format(divergence.Bytes)} of WAL" : "WAL";
        return $"has {amount} after {where}, {what}, that {source} has not";
    }
}
