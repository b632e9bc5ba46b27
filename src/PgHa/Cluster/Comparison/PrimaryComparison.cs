namespace PgHa;

/// <summary>Compares what a primary has for the whole cluster: synchronous replication, and the roles.</summary>
internal static class PrimaryComparison
{
    public static IEnumerable<ClusterDrift> Compare(ClusterDefinition definition, MemberObservation seen) =>
        [.. OfCommits(definition, seen), .. OfRoles(definition, seen)];

    private static IEnumerable<ClusterDrift> OfCommits(ClusterDefinition definition, MemberObservation seen)
    {
        if (seen.Member.Status is not { } status)
            yield break;
        if (!Equals(status.SynchronousStandbyNames, definition.SynchronousStandbyNames))
        {
            yield return ClusterComparison.Drift(seen.Member, DriftKind.SynchronousStandbys, "synchronous_standby_names",
                definition.SynchronousStandbyNames?.ToString() ?? "", status.SynchronousStandbyNames?.ToString() ?? "", HealCommand.Sync);
        }

        // Without synchronous standbys, NodeComparison compares synchronous_commit with the other settings.
        if (definition is { SynchronousStandbyNames: not null, SynchronousCommit: { } level } && status.SynchronousCommit is { } actual
            && actual != level)
        {
            yield return ClusterComparison.Drift(
                seen.Member, DriftKind.SynchronousStandbys, "synchronous_commit", level.ToSetting(), actual.ToSetting(), HealCommand.Sync);
        }
    }

    private static IEnumerable<ClusterDrift> OfRoles(ClusterDefinition definition, MemberObservation seen)
    {
        if (seen.Facts is not { } facts)
            yield break;
        if (definition.Nodes.Any(node => node.Kind == NodeKind.Streaming))
        {
            ServerRoleFacts? role = facts.Roles.FirstOrDefault(one => one.Name == definition.ReplicationRole);
            if (role is null || !role.CanLogin || !(role.CanReplicate || role.IsSuperuser))
            {
                yield return ClusterComparison.Drift(
                    seen.Member, DriftKind.Role, definition.ReplicationRole, "LOGIN REPLICATION",
                    role is null ? null : "without LOGIN REPLICATION", HealCommand.Build);
            }
        }

        foreach (RoleDefinition wanted in definition.Roles)
        {
            ServerRoleFacts? role = facts.Roles.FirstOrDefault(one => one.Name == wanted.Name);
            string[] missing = role is null ? [] : [.. wanted.MemberOf.Except(role.MemberOf)];
            if (role is null || !role.CanLogin || missing.Length > 0)
            {
                yield return ClusterComparison.Drift(seen.Member, DriftKind.Role, wanted.Name,
                    wanted.MemberOf.Count == 0 ? "LOGIN" : $"LOGIN, in {string.Join(", ", wanted.MemberOf)}",
                    role is null ? null : !role.CanLogin ? "NOLOGIN" : $"not in {string.Join(", ", missing)}", HealCommand.Sync);
            }
        }
    }
}
