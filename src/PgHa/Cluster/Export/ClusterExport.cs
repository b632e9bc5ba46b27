namespace PgHa;

/// <summary>The definition of a running cluster, and what could not be found out about it.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="Warnings">Sentences about what the definition leaves out or guesses.</param>
public sealed record ClusterExport(ClusterDefinition Definition, IReadOnlyList<string> Warnings)
{
    /// <summary>Makes the definition from which the cluster could be built.</summary>
    /// <param name="observation">The cluster.</param>
    /// <param name="name">The name it shall have; its own by default.</param>
    /// <exception cref="PgHaException">
    /// <c>NoPrimary</c>: there is no primary, or more than one, so that it is not known which one the others should follow.
    /// </exception>
    public static ClusterExport Of(ClusterObservation observation, string? name = null)
    {
        MemberObservation primary = observation.Primary ?? throw new PgHaException(
            ErrorIds.NoPrimary, PgHaErrorKind.InvalidState,
            $"{observation.Cluster.Name} has "
                + $"{(observation.Cluster.Primaries.Any() ? "more than one primary" : "no primary that answers")}, "
                + "and a definition has one.",
            "See what is wrong with Get-PgCluster.");
        List<string> warnings = [];
        MemberObservation[] members = [.. observation.Members.Where(member => CanBeTold(member, warnings))];
        var settings = new SettingExport(observation, members);
        string role = ReplicationRoleOf(observation);
        var rules = new HbaExport(members, role);
        warnings.AddRange(rules.Warnings);
        NodeDefinition[] nodes =
        [
            .. members.OrderBy(member => member != primary).Select(member => new NodeExport(observation, member, warnings).ToNode() switch
            {
                var node => node with { Settings = settings.Of(member), Hba = rules.Of(member) },
            }),
        ];
        return new ClusterExport(
            new ClusterDefinition
            {
                Name = name ?? observation.Cluster.Name,
                Version = primary.Facts?.Version.MajorVersion ?? primary.Member.Server?.Version,
                ReplicationRole = role,
                Roles = RolesOf(primary, role, warnings),
                SynchronousStandbyNames = primary.Member.Status!.SynchronousStandbyNames,
                SynchronousCommit = primary.Member.Status.SynchronousCommit is { } level and not CommitLevel.On ? level : null,
                Settings = settings.Common,
                Hba = rules.Common,
                Nodes = nodes,
            },
            warnings);
    }

    private static bool CanBeTold(MemberObservation member, List<string> warnings)
    {
        if (member is { Settings: not null, Member.Server: not null })
            return true;
        warnings.Add(member.Member.Server is null
            ? $"{member} is left out: only its upstream knows of it. Name it with -Instance."
            : $"{member} is left out, because its settings cannot be read: "
                + $"{member.Member.Error ?? "access to its host or to SQL is needed."}");
        return false;
    }

    private static string ReplicationRoleOf(ClusterObservation observation) =>
        observation.Members.Select(member => member.Recovery?.UserName ?? member.Member.Link?.UserName).OfType<string>()
            .GroupBy(role => role)
            .OrderByDescending(same => same.Count())
            .FirstOrDefault()?.Key ?? ClusterDefinition.DefaultReplicationRole;

    private static List<RoleDefinition> RolesOf(MemberObservation primary, string replicationRole, List<string> warnings)
    {
        if (primary.Facts is not { } facts)
        {
            warnings.Add($"The roles of {primary} could not be read: the definition has none.");
            return [];
        }

        List<RoleDefinition> roles = [];
        foreach (ServerRoleFacts role in facts.Roles.Where(
            role => role.Name != replicationRole && role.Name != primary.Member.Server!.UserName))
        {
            if (role.IsSuperuser || role.CanReplicate || !role.CanLogin)
            {
                warnings.Add(
                    $"Role '{role.Name}' is left out: it "
                        + $"{(role.IsSuperuser ? "is a superuser" : role.CanReplicate ? "may replicate" : "cannot log in")}, "
                        + "which a definition's roles are not.");
            }
            else
            {
                roles.Add(new RoleDefinition { Name = role.Name, MemberOf = role.MemberOf });
            }
        }

        return roles;
    }
}
