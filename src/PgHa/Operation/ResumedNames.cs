namespace PgHa;

/// <summary>Decides what commits wait for again once a standby that was away is back.</summary>
internal static class ResumedNames
{
    /// <summary>Whether somebody else has decided otherwise meanwhile: then that stays.</summary>
    /// <param name="now">What commits wait for now.</param>
    /// <param name="before">What they waited for before the standby went.</param>
    public static bool AreOthers(SynchronousStandbyNames? now, SynchronousStandbyNames before) =>
        now is not null && !new SynchronousStandbyNames(now.Method, before.Count, now.Names).Equals(before);

    /// <summary>The most of it that can be confirmed; <see langword="null"/> if commits wait for as much already, or nothing is to be put back.</summary>
    /// <param name="now">What commits wait for now.</param>
    /// <param name="before">What they waited for before.</param>
    /// <param name="able">The standbys that stream from the primary.</param>
    public static SynchronousStandbyNames? Of(SynchronousStandbyNames? now, SynchronousStandbyNames before, IReadOnlyCollection<string> able) =>
        !AreOthers(now, before) && RemainingNames.Of(before, able) is { } target && target.Count > (now?.Count ?? 0) ? target : null;
}
