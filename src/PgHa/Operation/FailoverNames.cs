namespace PgHa;

/// <summary>What commits wait for after a failover, where not everybody is left.</summary>
internal static class FailoverNames
{
    /// <summary>The names without those that cannot confirm, so that commits do not hang; <see langword="null"/> if none is left.</summary>
    /// <param name="names">What commits on the dead primary waited for.</param>
    /// <param name="able">The standbys that will stream from the new primary.</param>
    public static SynchronousStandbyNames? Of(SynchronousStandbyNames? names, IReadOnlyCollection<string> able)
    {
        if (names is null || able.Count == 0)
            return null;
        if (names.Names.Contains(StandbyName.Wildcard))
            return new SynchronousStandbyNames(names.Method, Math.Min(names.Count, able.Count), names.Names, names.IsLegacyList);
        return names.Names.Where(name => !able.Any(standby => StandbyName.AreEqual(name, standby)))
            .Aggregate((SynchronousStandbyNames?)names, (rest, gone) => rest?.Without(gone));
    }
}
