using System.Globalization;

namespace PgHa;

/// <summary>
/// Decides which standbys may be restarted, and when, while a cluster is changed to match its definition. No hot standby may start with
/// lower settings, such as <c>max_connections</c>, than its primary runs with.
/// </summary>
internal static class SyncRoom
{
    /// <summary>
    /// Whether a standby would start with lower settings than the primary runs with, because its files were lowered already. Such a standby
    /// waits for the primary's restart.
    /// </summary>
    public static bool StartsTooLow(ClusterObservation observation, IReadOnlyList<ClusterDrift> drifts, string standby, string primary)
    {
        if (observation.Find(standby) is not { Settings: not null, Member.IsHot: true } follower
            || observation.Find(primary) is not { Settings: not null } leader)
        {
            return false;
        }

        TransactionRoom now = TransactionRoom.Of(leader);
        return TransactionRoom.OfFollowing(now, Healed(TransactionRoom.Of(follower), drifts, Lowered(now, drifts))) is not null;
    }

    /// <summary>The standbys that would be down in the end, or would no longer replay.</summary>
    /// <param name="observation">The cluster.</param>
    /// <param name="drifts">What is to be healed.</param>
    /// <param name="allowPrimaryRestart">Whether the primary is restarted where that is needed.</param>
    public static IReadOnlyList<OperationProblem> Check(
        ClusterObservation observation, IReadOnlyList<ClusterDrift> drifts, bool allowPrimaryRestart)
    {
        if (observation.Cluster.Definition is not { } definition
            || observation.Find(definition.Primary.Name) is not { Settings: not null } leader)
        {
            return [];
        }

        TransactionRoom now = TransactionRoom.Of(leader);
        bool isRestarted = allowPrimaryRestart && drifts.Any(drift => drift.Node == now.Name && drift.NeedsRestart);
        TransactionRoom primary = isRestarted ? Healed(now, drifts, []) : now;
        string[] later = isRestarted ? [] : Lowered(now, drifts);
        List<OperationProblem> problems = [];
        foreach (MemberObservation seen in observation.Members.Where(
            member => member != leader && member is { Settings: not null, Member: { IsHot: true, Node: not null } }))
        {
            TransactionRoom standby = TransactionRoom.Of(seen);
            bool restarts = drifts.Any(drift => drift.Node == standby.Name && drift.NeedsRestart && !later.Contains(drift.What))
                && (isRestarted || !StartsTooLow(observation, [], standby.Name, now.Name));
            if ((restarts || isRestarted)
                && TransactionRoom.OfFollowing(primary, restarts ? Healed(standby, drifts, later) : standby) is { } problem)
            {
                problems.Add(problem);
            }
        }

        return problems;
    }

    // The settings that are lowered on the primary. The standbys get the lower values after the primary's restart.
    private static string[] Lowered(TransactionRoom primary, IReadOnlyList<ClusterDrift> drifts) =>
        [.. primary.Now.Where(value => Wanted(drifts, primary.Name, value.Key) < value.Value).Select(value => value.Key)];

    private static TransactionRoom Healed(TransactionRoom room, IReadOnlyList<ClusterDrift> drifts, string[] later) => room with
    {
        Now = room.Next.ToDictionary(
            value => value.Key, value => later.Contains(value.Key) ? value.Value : Wanted(drifts, room.Name, value.Key) ?? value.Value),
    };

    private static int? Wanted(IReadOnlyList<ClusterDrift> drifts, string node, string setting) =>
        drifts.FirstOrDefault(drift => drift.Node == node && drift.Kind == DriftKind.Setting && drift.What == setting) is { } drift
        && int.TryParse(drift.Expected, CultureInfo.InvariantCulture, out int wanted) ? wanted : null;
}
