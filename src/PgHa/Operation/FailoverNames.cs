namespace PgHa;

/// <summary>What commits wait for after a failover, where not everybody is left.</summary>
internal static class FailoverNames
{
    /// <summary>The same names, of which no more have to confirm than can, so that commits do not hang; <see langword="null"/> if nobody can.</summary>
    /// <remarks>Who is down keeps its place: once it streams again, commits wait for it as before.</remarks>
    /// <param name="names">What commits are to wait for.</param>
    /// <param name="able">The standbys that will stream from the new primary.</param>
    public static SynchronousStandbyNames? Of(SynchronousStandbyNames? names, IReadOnlyCollection<string> able)
    {
        int confirming = names is null ? 0 : able.Count(names.Covers);
        return confirming == 0 ? null : new SynchronousStandbyNames(names!.Method, Math.Min(names.Count, confirming), names.Names, names.IsLegacyList);
    }
}
