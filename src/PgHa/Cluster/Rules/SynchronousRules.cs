using System.Globalization;

namespace PgHa;

/// <summary>Commits wait only for standbys that can answer: those that stream from the primary itself.</summary>
internal static class SynchronousRules
{
    private const string Place = nameof(ClusterDefinition.SynchronousStandbyNames);

    public static IEnumerable<DefinitionProblem> Check(ClusterDefinition cluster) =>
        cluster.SynchronousStandbyNames is { } names && cluster.OnlyPrimary() is { } primary
            ? names.Names.Distinct().Select(name => ProblemOf(name, primary, cluster)).OfType<string>()
                .Concat(Count(names, primary, cluster))
                .Concat(Delayed(names, primary, cluster))
                .Concat(Dialect(names, cluster))
                .Select(text => new DefinitionProblem(Place, text))
            : [];

    private static string? ProblemOf(string name, NodeDefinition primary, ClusterDefinition cluster)
    {
        NodeDefinition[] standbys = [.. cluster.Nodes.Where(node => node != primary)];
        if (name == StandbyName.Wildcard || cluster.StandbysOf(primary).Any(standby => StandbyName.AreEqual(name, standby.ApplicationName)))
            return null;
        if (Array.Find(standbys, node => StandbyName.AreEqual(name, node.ApplicationName)) is { } other)
        {
            return other.Kind == NodeKind.ArchiveFed
                ? $"'{name}' ({other.Name}) is fed from an archive; no commit can wait for it"
                : $"'{name}' ({other.Name}) streams from {other.Upstream}; a commit waits only for standbys of the primary {primary.Name}";
        }

        if (Array.Find(standbys, node => node.Name == name) is { } renamed)
            return $"{name} is known to its upstream as '{renamed.ApplicationName}' (ApplicationName)";
        string known = string.Join(", ", cluster.StandbysOf(primary).Select(standby => standby.ApplicationName));
        return $"no node is known as '{name}'; "
            + $"{(known.Length > 0 ? $"the primary's standbys are {known}" : "nobody streams from the primary")}";
    }

    private static IEnumerable<string> Count(SynchronousStandbyNames names, NodeDefinition primary, ClusterDefinition cluster)
    {
        int able = cluster.StandbysOf(primary).Count(standby => names.Covers(standby.ApplicationName));
        if (able < names.Count)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"every commit would hang: it waits for {names.Count} standbys, and {able} of those named stream from the primary");
        }
    }

    private static IEnumerable<string> Delayed(SynchronousStandbyNames names, NodeDefinition primary, ClusterDefinition cluster) =>
        cluster.SynchronousCommit != CommitLevel.RemoteApply
            ? []
            : cluster.StandbysOf(primary)
                .Where(standby => standby.ApplyDelay > TimeSpan.Zero && names.Covers(standby.ApplicationName))
                .Select(standby => $"with SynchronousCommit remote_apply every commit would wait for the ApplyDelay of {standby.Name}");

    private static IEnumerable<string> Dialect(SynchronousStandbyNames names, ClusterDefinition cluster)
    {
        if (names.Method == SyncMethod.Any && !cluster.Dialect().HasSyncMethodKeywords)
            yield return $"PostgreSQL {cluster.Version} has no quorum (ANY)";
    }
}
