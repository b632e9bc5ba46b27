using System.Globalization;
using static PgHa.FindingSeverity;

namespace PgHa;

/// <summary>Checks of settings that may lose data, or keep a server from working or starting.</summary>
internal static class ConfigurationChecks
{
    public static IReadOnlyList<ClusterCheck> All { get; } =
    [
        Off(
            "FsyncOff", Critical, "fsync", "A crash of the machine destroys the data",
            "Turn it on; afterwards make a new clone of what ran without."),
        Off("FullPageWritesOff", Critical, "full_page_writes", "A crash of the machine can tear pages", "Turn it on (Set-PgSetting)."),
        Off("AutovacuumOff", Warning, "autovacuum", "Tables bloat, and transaction ids run out", "Turn it on (Set-PgSetting)."),
        ClusterCheck.OfMember(
            "WalLevelTooLow", Critical, "wal_level=minimal: nobody can replicate from the server", "Set wal_level to replica and restart.",
            member => member.Value("wal_level") == "minimal" ? "has wal_level=minimal: nobody can replicate from it" : null),
        ClusterCheck.OfMember(
            "RewindImpossible", Warning, "Neither data checksums nor wal_log_hints: a diverged server takes a new clone",
            "Set wal_log_hints to on and restart, or enable checksums (pg_checksums).",
            member => member.Value("data_checksums") == "off" && member.Value("wal_log_hints") == "off"
                ? "has neither data checksums nor wal_log_hints: it cannot be rewound after a failover"
                : null),
        ClusterCheck.OfMember("PendingRestart", Warning, "Settings wait for a restart", "Restart it when it suits (Restart-PgInstance).",
            member => member.Settings?.Where(setting => setting.PendingRestart).Select(setting => setting.Name).ToArray()
                is { Length: > 0 } names
                ? $"waits for a restart to take over {string.Join(", ", names)}"
                : null),
        new(
            "StandbySettingsTooLow", Critical, "A standby has less room for transactions than the primary, and will not start or pauses",
            SettingsTooLow),
        ClusterCheck.OfMember(
            "PrimaryReadOnly", Warning, "The primary's transactions only read unless they say otherwise",
            "Set default_transaction_read_only to off.",
            member => member.Member.Role == ServerRole.Primary && member.Value("default_transaction_read_only") == "on"
                ? "has default_transaction_read_only=on: writes fail"
                : null),
        ClusterCheck.OfMember(
            "RecoveryTargetSet", Warning, "A standby has a recovery target, at which it stops following",
            "Take it out (Reset-PgSetting), unless it is wanted.",
            member => member is { Member.Role: ServerRole.Standby, Recovery.RecoveryTarget: { } target }
                ? $"stops following at {target}"
                : null),
        ClusterCheck.OfMember(
            "TimelineNotFollowed", Warning, "A standby does not follow its upstream to a new timeline",
            "Set-PgRecoveryConf -TargetTimeline latest.",
            member => member is { Member.Role: ServerRole.Standby, Recovery.TargetTimeline: { } timeline } && timeline != "latest"
                ? $"stays on timeline '{timeline}': after a failover it would wait for ever"
                : null),
    ];

    private static ClusterCheck Off(string id, FindingSeverity severity, string setting, string consequence, string advice) =>
        ClusterCheck.OfMember(
            id, severity, $"{consequence} ({setting}=off)", advice,
            member => member.Value(setting) == "off"
                ? $"has {setting}=off: {char.ToLowerInvariant(consequence[0])}{consequence[1..]}"
                : null);

    private static IEnumerable<Symptom> SettingsTooLow(ClusterObservation observation)
    {
        if (observation.Primary is not { } primary)
            yield break;
        Dictionary<string, int> required = Numbers(primary);
        foreach (MemberObservation standby in observation.Members.Where(
            member => member is { Member.Role: ServerRole.Standby, Settings: not null }))
        {
            IReadOnlyList<StandbyRequirement> unmet = StandbyRequirement.Unmet(required, Numbers(standby));
            if (unmet.Count > 0)
            {
                yield return new Symptom(
                    standby.Member.Name, $"{standby} has {string.Join("; ", unmet)} as on {primary}",
                    "Raise it on the standby and restart that.");
            }
        }
    }

    // A server that answers SQL reports every setting. For any other server, only the settings in its files are known.
    private static Dictionary<string, int> Numbers(MemberObservation member) => StandbyRequirement
        .NamesOf(ServerDialect.For(member.Member.Server?.Version ?? ServerDialect.Newest))
        .Select(name => (Name: name, Known: int.TryParse(member.Value(name), CultureInfo.InvariantCulture, out int value), Value: value))
        .Where(setting => setting.Known)
        .ToDictionary(setting => setting.Name, setting => setting.Value);
}
