using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>Recognizes the slots that other tools make and remove by themselves.</summary>
/// <remarks>A slot has no mark of its tool. The signs are its name, its consumer's name, and the tool's session on the server.</remarks>
internal static partial class SlotTool
{
    public const string Patroni = "Patroni";

    private const string Barman = "Barman";

    /// <summary>The tool that a slot belongs to; <see langword="null"/> if no sign points to one.</summary>
    /// <param name="name">The slot's name.</param>
    /// <param name="type">Physical or logical.</param>
    /// <param name="consumer">The <c>application_name</c> of the process that uses it.</param>
    /// <param name="hasPatroni">Whether a Patroni agent is connected to the server. It names slots after its members.</param>
    public static string? Of(string name, ReplicationSlotType type, string? consumer, bool hasPatroni) =>
        type == ReplicationSlotType.Logical ? null
        : consumer?.StartsWith("barman", StringComparison.Ordinal) == true || BarmanName().IsMatch(name) ? Barman
        : RepmgrName().IsMatch(name) ? "repmgr"
        : AutoFailoverName().IsMatch(name) ? "pg_auto_failover"
        : name.StartsWith("_cnpg_", StringComparison.Ordinal) ? "CloudNativePG"
        : hasPatroni ? Patroni
        : null;

    [GeneratedRegex("^barman(_|$)")]
    private static partial Regex BarmanName();

    [GeneratedRegex("^repmgr_slot_[0-9]+$")]
    private static partial Regex RepmgrName();

    [GeneratedRegex("^pgautofailover_standby_[0-9]+$")]
    private static partial Regex AutoFailoverName();
}
