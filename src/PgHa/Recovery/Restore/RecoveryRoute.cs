namespace PgHa;

/// <summary>The way from a base backup to a target: along which timelines, and from which WAL file on.</summary>
/// <param name="History">The history of the timeline that it ends on.</param>
/// <param name="FirstFile">The first WAL file that recovery needs.</param>
/// <param name="LastFile">The last WAL file that there is on that way.</param>
/// <param name="Gaps">The WAL files that are missing in between, if they may come after the target.</param>
public sealed record RecoveryRoute(TimelineHistory History, WalFileName FirstFile, WalFileName? LastFile, IReadOnlyList<WalFileRange> Gaps)
{
    /// <summary>The timeline a position is on.</summary>
    public TimelineId TimelineAt(Lsn position) =>
        History.Switches.FirstOrDefault(left => position <= left.EndLsn)?.Timeline ?? History.Timeline;
}
