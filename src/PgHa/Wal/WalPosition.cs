namespace PgHa;

/// <summary>How far a server's WAL goes, and through which timelines it came there.</summary>
/// <param name="History">The history of the timeline it is on.</param>
/// <param name="End">Where its WAL ends on that timeline.</param>
/// <param name="IsPrimary">
/// Whether it writes WAL itself: then nothing of its system's WAL on this timeline can be beyond <paramref name="End"/>.
/// </param>
public sealed record WalPosition(TimelineHistory History, Lsn End, bool IsPrimary = false)
{
    /// <summary>
    /// The WAL that this server has and the other one will never have; <see langword="null"/>
    /// if it can follow the other one.
    /// </summary>
    /// <param name="upstream">The server to follow.</param>
    /// <remarks>
    /// A position that is merely not there yet is no divergence: a standby that is ahead of another standby waits for it.
    /// But a primary has all WAL of its timeline, so that a standby that is ahead of it got its WAL from somebody else.
    /// </remarks>
    public WalDivergence? DivergenceFrom(WalPosition upstream)
    {
        TimelineFork? fork = ForkFrom(upstream);
        Lsn? common = fork is null ? Lsn.Zero : fork.Lsn ?? (upstream.IsPrimary ? upstream.End : null);
        return common is { } end && End > end ? new WalDivergence(fork?.Timeline, end, End - end) : null;
    }

    /// <summary>The last position that the histories of both have in common; <see langword="null"/> if they share no timeline.</summary>
    public TimelineFork? ForkFrom(WalPosition upstream)
    {
        // Without its history file, a server does not know how its timeline began.
        TimelineHistory own = History.Switches.Count == 0 ? upstream.History.OfAncestor(History.Timeline) ?? History : History;
        return own.ForkFrom(upstream.History);
    }

    /// <summary><c>0/3000148 of timeline 2</c>.</summary>
    public override string ToString() => $"{End} of timeline {History.Timeline}";
}
