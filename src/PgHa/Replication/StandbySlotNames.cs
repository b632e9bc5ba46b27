namespace PgHa;

/// <summary>
/// The list of slots in <c>synchronized_standby_slots</c> (17): logical consumers of failover slots wait
/// for the standbys that use them.
/// </summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONIZED-STANDBY-SLOTS">
/// synchronized_standby_slots</see>.
/// </remarks>
internal static class StandbySlotNames
{
    /// <summary>The names; a slot's name needs no quotes, but may have them.</summary>
    public static string[] Parse(string? text) =>
        [.. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => name.Trim('"'))];
}
