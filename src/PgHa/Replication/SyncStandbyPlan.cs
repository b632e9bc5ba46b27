namespace PgHa;

/// <summary>Decides the new value of <c>synchronous_standby_names</c>, and whether commits would return with it.</summary>
public static class SyncStandbyPlan
{
    /// <summary>Adds standbys after those that are listed; method and count stay as they are unless given.</summary>
    /// <param name="current">The value now; <see langword="null"/> if it is empty.</param>
    /// <param name="names">The standbys by <c>application_name</c>.</param>
    /// <param name="method">Which of them count; <see cref="SyncMethod.First"/> for a new list.</param>
    /// <param name="count">How many a commit waits for; 1 for a new list.</param>
    /// <exception cref="PgHaException">
    /// <c>SyncCountTooHigh</c>: more than the listed standbys would have to confirm, so that commits would wait for ever.
    /// </exception>
    public static SynchronousStandbyNames Add(SynchronousStandbyNames? current, IReadOnlyList<string> names, SyncMethod? method, int? count)
    {
        SynchronousStandbyNames merged = names.Aggregate(
            current ?? new SynchronousStandbyNames(SyncMethod.First, 1, [names[0]]), (list, name) => list.With(name));
        if (method is not null || count is not null)
            merged = new SynchronousStandbyNames(method ?? merged.Method, count ?? merged.Count, merged.Names);
        if (merged.Count > merged.Names.Count && !merged.Names.Contains("*"))
        {
            throw new PgHaException(
                ErrorIds.SyncCountTooHigh, PgHaErrorKind.InvalidArgument,
                $"'{merged}' waits for more standbys than it names, so no commit would ever come back.",
                "Name more standbys or lower the count.");
        }

        return merged;
    }

    /// <summary>Takes standbys out; <see langword="null"/> if none is left. Names that are not listed are passed over.</summary>
    /// <param name="current">The value now.</param>
    /// <param name="names">The standbys to take out.</param>
    /// <exception cref="PgHaException">
    /// <c>StandbyListedByWildcard</c>: it is listed by <c>*</c>, which one name cannot be taken out of.
    /// </exception>
    public static SynchronousStandbyNames? Remove(SynchronousStandbyNames current, IReadOnlyList<string> names)
    {
        SynchronousStandbyNames? rest = names.Aggregate<string, SynchronousStandbyNames?>(current, (list, name) => list?.Without(name));
        return rest is not null && names.FirstOrDefault(rest.Covers) is { } covered
            ? throw new PgHaException(
                ErrorIds.StandbyListedByWildcard, PgHaErrorKind.InvalidArgument,
                $"'{current}' lists every standby with *, so '{covered}' alone cannot be taken out.",
                "Disable all and enable those that are wanted by name.")
            : rest;
    }

    /// <summary>The names without a streaming standby; <c>*</c> is never among them.</summary>
    public static IReadOnlyList<string> NotStreaming(IEnumerable<string> names, IReadOnlyList<StandbyStatus> standbys) =>
    [
        .. names.Where(name => name != "*"
            && !standbys.Any(standby => standby.IsStreaming == true && StandbyName.AreEqual(name, standby.ApplicationName))),
    ];

    /// <summary>The listed names that several standbys have: a commit that one of them confirms may be missing on the others.</summary>
    public static IReadOnlyList<string> Ambiguous(SynchronousStandbyNames names, IReadOnlyList<StandbyStatus> standbys) =>
        [.. standbys.Where(standby => standby.IsStreaming == true && names.Covers(standby.ApplicationName))
            .GroupBy(standby => standby.ApplicationName).Where(same => same.Count() > 1).Select(same => same.Key)];

    /// <summary>Whether the standbys are enough for commits to return.</summary>
    public static SyncStandbyAssessment Assess(SynchronousStandbyNames names, IEnumerable<StandbyStatus> standbys) =>
        names.Assess(standbys.Select(standby => new ConnectedStandby(standby.ApplicationName, standby.State, standby.FlushedLsn)));
}
