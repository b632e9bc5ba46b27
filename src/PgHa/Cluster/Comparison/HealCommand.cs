namespace PgHa;

/// <summary>The commands that heal drifts, as text for a PowerShell session in which <c>$definition</c> is the definition.</summary>
internal static class HealCommand
{
    public const string Sync = "Sync-PgCluster -Definition $definition";
    public const string Build = "New-PgCluster -Definition $definition";

    public static string Start(PgClusterMember member) => $"{Subject(member)} | Start-PgInstance";

    public static string Restart(PgClusterMember member) => $"{Subject(member)} | Restart-PgInstance";

    public static string Set(PgClusterMember member, string name, string? value) => value is null
        ? $"{Subject(member)} | Reset-PgSetting {Quote(name)}"
        : $"{Subject(member)} | Set-PgSetting @{{ {Quote(name)} = {Quote(value)} }}";

    public static string AddRule(PgClusterMember member, HbaRule rule) =>
        $"{Subject(member)} | Add-PgHbaRule {Quote(string.Join(' ', rule.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)))}";

    public static string Archive(PgClusterMember member, string? directory, ArchiveMode mode) => directory is null
        ? $"{Subject(member)} | Disable-PgArchiving"
        : $"{Subject(member)} | Enable-PgArchiving {Quote(directory)} -Mode {mode}";

    public static string CreateSlot(PgClusterMember member, SlotDefinition slot) =>
        $"{Subject(member)} | New-PgReplicationSlot {Quote(slot.Name)} {(slot.Plugin is null
            ? "-ReserveWal"
            : $"-Logical -Plugin {Quote(slot.Plugin)}{(slot.Database is null ? "" : $" -Database {Quote(slot.Database)}")}"
                + $"{(slot.Failover ? " -Failover" : "")}")}";

    public static string RemoveSlot(PgClusterMember member, string name) =>
        $"{Subject(member)} | Get-PgReplicationSlot {Quote(name)} | Remove-PgReplicationSlot";

    public static string SyncSlots(PgClusterMember member, bool isOn) =>
        $"{Subject(member)} | Set-PgRecoveryConf -SyncReplicationSlots{(isOn ? "" : ":$false")}";

    public static string RestoreFrom(PgClusterMember member, string directory) =>
        $"{Subject(member)} | Set-PgRecoveryConf -RestoreFrom {Quote(directory)}";

    public static string ApplyDelay(PgClusterMember member, TimeSpan delay) =>
        $"{Subject(member)} | Set-PgRecoveryConf -ApplyDelay {Quote(delay.ToString())}";

    public static string HotStandby(PgClusterMember member, bool isHot) =>
        $"{Subject(member)} | Set-PgRecoveryConf -HotStandby {(isHot ? "On" : "Off")} -PassThru | Restart-PgInstance";

    private static string Subject(PgClusterMember member) => member.Server switch
    {
        { DataDirectory: { } directory } => $"Get-PgInstance -DataDirectory {Quote(directory)}",
        { } server => Quote($"{server.ToConnectionSettings().Without("password")}"),
        null => HealCommandSubjectUnknown,
    };

    // A member without an address is in no definition, and nothing of it can be healed from here.
    private const string HealCommandSubjectUnknown = "$null";

    /// <summary>A text as PowerShell reads it.</summary>
    internal static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
