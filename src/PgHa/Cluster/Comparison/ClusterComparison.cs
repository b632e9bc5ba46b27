namespace PgHa;

/// <summary>Compares a cluster with its definition.</summary>
/// <remarks>
/// Values are compared by their meaning: <c>16MB</c> equals 2048 pages of 8kB. A setting or a rule of <c>pg_hba.conf</c> that the
/// definition does not mention is no drift. A slot that nobody uses is one although the definition does not mention it, because the slot
/// fills the disk.
/// </remarks>
public static class ClusterComparison
{
    /// <summary>The drifts, node by node in the order of the definition.</summary>
    /// <exception cref="ArgumentException">The cluster was observed without a definition.</exception>
    public static IReadOnlyList<ClusterDrift> Compare(ClusterObservation observation)
    {
        ClusterDefinition definition = observation.Cluster.Definition
            ?? throw new ArgumentException("The cluster was discovered, not looked at by a definition.", nameof(observation));
        return
        [
            .. observation.Members.SelectMany(member => member.Member.Node is { } node
                ? OfNode(observation, definition, node, member)
                : OfStranger(observation, member.Member)),
        ];
    }

    private static IEnumerable<ClusterDrift> OfNode(
        ClusterObservation observation, ClusterDefinition definition, NodeDefinition node, MemberObservation seen)
    {
        PgClusterMember member = seen.Member;
        if (OfPresence(observation, seen) is { } absence)
            return [absence];
        ClusterDrift? role = OfRole(node, member);
        return
        [
            .. role is null ? Array.Empty<ClusterDrift>() : [role],
            // The configuration of a server with the wrong role is not compared: it has to differ.
            .. role is null && node.Kind != NodeKind.Primary ? StandbyComparison.Compare(definition, node, seen) : [],
            .. role is null ? NodeComparison.Compare(observation, definition, node, seen) : [],
            .. role is null && node.Kind == NodeKind.Primary ? PrimaryComparison.Compare(definition, seen) : [],
        ];
    }

    private static ClusterDrift? OfPresence(ClusterObservation observation, MemberObservation seen)
    {
        PgClusterMember member = seen.Member;
        if (!observation.Cluster.IsOfThis(member))
        {
            return Drift(
                member, DriftKind.ForeignSystem, "system identifier", observation.Cluster.SystemIdentifier?.ToString(),
                member.SystemIdentifier?.ToString(), null);
        }

        if (member.Status is not null || member.Link is not null)
            return null;
        // If this server were started, it would be a second primary, or the cluster would have none.
        if (seen.Recovery is { } files && files.StandbyMode != (member.Node!.Kind != NodeKind.Primary))
        {
            return files.StandbyMode
                ? Drift(member, DriftKind.NotPrimary, "role", "primary", "a standby that is down", null)
                : Drift(member, DriftKind.UnexpectedPrimary, "role", "standby", "a primary that is down", null);
        }

        return seen.HasDataDirectory == false
            ? Drift(member, DriftKind.NodeMissing, "data directory", member.Node!.DataDirectory, null, HealCommand.Build)
            : Drift(member, DriftKind.NodeDown, "server", "running",
                member.State == MemberState.Down ? "down" : member.Error ?? "not answering",
                member.State == MemberState.Down ? HealCommand.Start(member) : null);
    }

    private static ClusterDrift? OfRole(NodeDefinition node, PgClusterMember member) => (node.Kind, member.Role) switch
    {
        (NodeKind.Primary, ServerRole.Standby) => Drift(member, DriftKind.NotPrimary, "role", "primary", "standby", null),
        (not NodeKind.Primary, ServerRole.Primary) => Drift(member, DriftKind.UnexpectedPrimary, "role", "standby", "primary", null),
        _ => null,
    };

    private static IEnumerable<ClusterDrift> OfStranger(ClusterObservation observation, PgClusterMember member)
    {
        if (!observation.Cluster.IsOfThis(member))
            yield break;
        yield return member.Role == ServerRole.Primary
            ? Drift(member, DriftKind.UnexpectedPrimary, "role", null, "primary", null)
            : Drift(member, DriftKind.UnknownMember, "member", null, member.ToString(), null);
    }

    internal static ClusterDrift Drift(
        PgClusterMember member, DriftKind kind, string what, string? expected, string? actual, string? heal, bool needsRestart = false) =>
        new()
        {
            Cluster = member.Cluster,
            Node = member.Name,
            Kind = kind,
            What = what,
            Expected = expected,
            Actual = actual,
            Heal = heal,
            NeedsRestart = needsRestart,
        };
}
