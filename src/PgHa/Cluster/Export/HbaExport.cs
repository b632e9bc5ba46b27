namespace PgHa;

/// <summary>
/// Finds the rules of a running cluster's <c>pg_hba.conf</c> that its definition needs: those that a build does not make by itself.
/// </summary>
internal sealed class HbaExport
{
    private readonly Dictionary<MemberObservation, HbaRule[]> _own;

    public HbaExport(IReadOnlyList<MemberObservation> members, string replicationRole)
    {
        _own = members.ToDictionary(
            member => member,
            member => (member.Hba ?? [])
                .Select(line => line.Rule)
                .Where(rule => !IsMadeByBuild(rule, replicationRole))
                .Distinct()
                .ToArray());
        HbaRule[][] known = [.. _own.Where(rules => rules.Key.Hba is not null).Select(rules => rules.Value)];
        Common = known is [var first, ..] ? [.. first.Where(rule => known.All(rules => rules.Contains(rule)))] : [];
    }

    /// <summary>Warnings of rules that take names from a file, because the definition does not hold that file.</summary>
    public IEnumerable<string> Warnings =>
        from member in _own
        from rule in member.Value
        where rule.Databases.Concat(rule.Users).Any(name => name.Kind == HbaNameKind.File)
        select $"The rule '{rule}' of {member.Key.Member.Name} takes names from a file, "
            + "which the definition does not hold: a new node needs a copy of it.";

    /// <summary>The rules that every member has.</summary>
    public IReadOnlyList<HbaRule> Common { get; }

    /// <summary>The rules that one member has besides the common ones.</summary>
    public IReadOnlyList<HbaRule> Of(MemberObservation member) => [.. _own[member].Except(Common)];

    // initdb and PgHa themselves make the rules for connections from the own machine, and the rules for standbys follow from the nodes.
    private static bool IsMadeByBuild(HbaRule rule, string replicationRole) =>
        rule.Options.Any(option => option is { Name: "map", Value: "pgha" })
        || (rule.Type == HbaConnectionType.Local && rule.Method == HbaMethod.Peer && rule.Users.Any(user => user.Kind == HbaNameKind.All))
        || (rule.Type == HbaConnectionType.Host && rule.Method is HbaMethod.ScramSha256 or HbaMethod.Md5
            && (rule.Databases.SequenceEqual([HbaName.Replication])
                ? rule.Users.SequenceEqual([HbaName.Of(replicationRole)])
                : IsAll(rule) && IsLoopback(rule)));

    private static bool IsAll(HbaRule rule) =>
        rule.Databases is [{ Kind: HbaNameKind.All }] && rule.Users is [{ Kind: HbaNameKind.All }];

    private static bool IsLoopback(HbaRule rule) => rule.Address?.ToString() is "127.0.0.1/32" or "::1/128";
}
