namespace PgHa;

/// <summary>What commits wait for where not everybody is left: after a failover, or while a standby is away.</summary>
internal static class RemainingNames
{
    /// <summary>The same names, of which no more have to confirm than can, so that commits do not hang; <see langword="null"/> if nobody can.</summary>
    /// <remarks>Who is down keeps its place: once it streams again, commits wait for it as before.</remarks>
    /// <param name="names">What commits are to wait for.</param>
    /// <param name="able">The standbys that stream from the primary, or will.</param>
    public static SynchronousStandbyNames? Of(SynchronousStandbyNames? names, IReadOnlyCollection<string> able)
    {
        int confirming = names is null ? 0 : able.Count(names.Covers);
        return confirming == 0 ? null : new SynchronousStandbyNames(names!.Method, Math.Min(names.Count, confirming), names.Names, names.IsLegacyList);
    }
}
