namespace PgHa;

/// <summary>The way from a base backup to a target: along which timelines, and from which WAL file on.</summary>
/// <param name="History">The timeline it ends on, and how that came to be.</param>
/// <param name="FirstFile">The first WAL file that recovery needs.</param>
/// <param name="LastFile">The last that there is on that way.</param>
/// <param name="Gaps">What is missing in between, where that may be after the target.</param>
public sealed record RecoveryRoute(TimelineHistory History, WalFileName FirstFile, WalFileName? LastFile, IReadOnlyList<WalFileRange> Gaps)
{
    /// <summary>The timeline a position is on.</summary>
    public TimelineId TimelineAt(Lsn position) =>
        History.Switches.FirstOrDefault(left => position <= left.EndLsn)?.Timeline ?? History.Timeline;
}
