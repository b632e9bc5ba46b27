namespace PgHa;

/// <summary>Decides what commits wait for again once a standby that was away is back.</summary>
internal static class ResumedNames
{
    /// <summary>Whether somebody has changed the names in the meantime; that change then stays.</summary>
    /// <param name="now">What commits wait for now.</param>
    /// <param name="before">What they waited for before the standby went.</param>
    public static bool AreOthers(SynchronousStandbyNames? now, SynchronousStandbyNames before) =>
        now is not null && !new SynchronousStandbyNames(now.Method, before.Count, now.Names).Equals(before);

    /// <summary>
    /// The former names with as many confirmations as the standbys can give; <see langword="null"/> if commits wait for as
    /// many already, or nothing is to be put back.
    /// </summary>
    /// <param name="now">What commits wait for now.</param>
    /// <param name="before">What they waited for before.</param>
    /// <param name="able">The standbys that stream from the primary.</param>
    public static SynchronousStandbyNames? Of(
        SynchronousStandbyNames? now, SynchronousStandbyNames before, IReadOnlyCollection<string> able) =>
        !AreOthers(now, before) && RemainingNames.Of(before, able) is { } target && target.Count > (now?.Count ?? 0) ? target : null;
}
