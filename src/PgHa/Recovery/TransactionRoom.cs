using System.Globalization;

namespace PgHa;

/// <summary>
/// The room that a server has for transactions and locks now, and will have after its next start. A standby must not
/// have less of it than its primary.
/// </summary>
/// <param name="Name">The server's name.</param>
/// <param name="Now">The values it runs with.</param>
/// <param name="Next">The values it would start with; a setting whose value is not known is not in it.</param>
internal sealed record TransactionRoom(string Name, IReadOnlyDictionary<string, int> Now, IReadOnlyDictionary<string, int> Next)
{
    /// <summary>The settings of an observed server.</summary>
    public static TransactionRoom Of(MemberObservation member)
    {
        ServerDialect dialect = ServerDialect.For(member.Member.Server?.Version ?? ServerDialect.Newest);
        IReadOnlyList<string> names = StandbyRequirement.NamesOf(dialect);
        return new(member.Member.Name, Numbers(names, name => member.Value(name)), Numbers(names, member.NextValue));
    }

    /// <summary>The same server once it has been restarted.</summary>
    public TransactionRoom Restarted() => this with { Now = Next };

    /// <summary>The settings that would be too low on a standby that is restarted now.</summary>
    /// <param name="standby">The standby.</param>
    /// <param name="primary">The primary, whose values are in the standby's control file.</param>
    public static OperationProblem? OfRestart(TransactionRoom standby, TransactionRoom primary)
    {
        IReadOnlyList<StandbyRequirement> unmet = StandbyRequirement.Unmet(primary.Now, standby.Next);
        if (unmet.Count == 0)
            return null;
        bool isLowered = unmet.All(one => primary.Next.TryGetValue(one.Name, out int next) && next <= one.Actual);
        return new(
            ErrorIds.StandbySettingsTooLow, $"{standby.Name} would not start again: {string.Join("; ", unmet)}, as {primary.Name} has it.",
            isLowered
                ? $"Lower it on the primary first: restart {primary.Name} alone (Restart-PgInstance), "
                    + "which interrupts writes for that long, and the standbys after it."
                : $"Raise it on {standby.Name} to at least that (Set-PgSetting).");
    }

    /// <summary>The settings that would be too low on a server that follows a new primary.</summary>
    /// <param name="primary">The new primary as it runs then.</param>
    /// <param name="follower">A server that follows it, as it runs then.</param>
    public static OperationProblem? OfFollowing(TransactionRoom primary, TransactionRoom follower)
    {
        IReadOnlyList<StandbyRequirement> unmet = StandbyRequirement.Unmet(primary.Now, follower.Now);
        return unmet.Count == 0 ? null : new(
            ErrorIds.StandbySettingsTooLow,
            $"{follower.Name} could not replay what {primary.Name} writes: {string.Join("; ", unmet)}.",
            "Set these alike on all nodes, and restart the standbys (Restart-PgCluster).");
    }

    /// <summary>
    /// What stands in the way of a rolling restart: the standbys one after the other, then a change of the primary,
    /// which comes back as a standby.
    /// </summary>
    /// <param name="observation">The cluster.</param>
    /// <param name="primary">Its primary.</param>
    /// <param name="restarted">The names of the standbys that are restarted.</param>
    /// <param name="next">The name of the standby that becomes the primary; <see langword="null"/> if the primary is not restarted.</param>
    public static IReadOnlyList<OperationProblem> OfRollingRestart(
        ClusterObservation observation, string primary, IReadOnlyCollection<string> restarted, string? next)
    {
        string[] unread =
        [
            .. observation.Members.Where(member => member is { Settings: null, Member.IsHot: true })
                .Select(member => member.Member.Name),
        ];
        if (unread.Length > 0)
        {
            return
            [
                new(
                    ErrorIds.SettingsUnknown,
                    $"The settings of {string.Join(", ", unread)} could not be read, so what they would start with is not known.",
                    "Use a role that may read them; -Verbose says what failed."),
            ];
        }

        TransactionRoom old = Of(observation.Find(primary)!);
        TransactionRoom[] standbys =
        [
            .. observation.Members.Where(member => member.Member is { IsHot: true, Role: ServerRole.Standby }).Select(Of),
        ];
        OperationProblem[] restarts =
        [
            .. standbys.Where(standby => restarted.Contains(standby.Name))
                .Select(standby => OfRestart(standby, old)).OfType<OperationProblem>(),
        ];
        TransactionRoom[] after = [.. standbys.Select(standby => restarted.Contains(standby.Name) ? standby.Restarted() : standby)];
        if (restarts.Length > 0 || after.FirstOrDefault(standby => standby.Name == next) is not { } @new)
            return restarts;
        return
        [
            .. after.Where(standby => standby != @new).Append(old.Restarted())
                .Select(follower => OfFollowing(@new, follower)).OfType<OperationProblem>(),
        ];
    }

    private static Dictionary<string, int> Numbers(IEnumerable<string> names, Func<string, string?> valueOf)
    {
        Dictionary<string, int> numbers = [];
        foreach (string name in names)
        {
            if (int.TryParse(valueOf(name), CultureInfo.InvariantCulture, out int number))
                numbers[name] = number;
        }

        return numbers;
    }
}
