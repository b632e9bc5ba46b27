namespace PgHa;

/// <summary>Decides what commits wait for while standbys are missing: after a failover, or while a standby is away.</summary>
internal static class RemainingNames
{
    /// <summary>
    /// The same names with no more confirmations than the standbys can give, so that commits do not hang;
    /// <see langword="null"/> if no standby can confirm.
    /// </summary>
    /// <remarks>A standby that is down keeps its place in the list: once it streams again, commits wait for it as before.</remarks>
    /// <param name="names">What commits are to wait for.</param>
    /// <param name="able">The standbys that stream from the primary, or will.</param>
    public static SynchronousStandbyNames? Of(SynchronousStandbyNames? names, IReadOnlyCollection<string> able)
    {
        int confirming = names is null ? 0 : able.Count(names.Covers);
        return confirming == 0
            ? null
            : new SynchronousStandbyNames(names!.Method, Math.Min(names.Count, confirming), names.Names, names.IsLegacyList);
    }
}
