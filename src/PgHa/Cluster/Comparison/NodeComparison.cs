using System.Globalization;

namespace PgHa;

/// <summary>Compares what nodes of every kind have: settings, rules, an archive, slots, tablespaces.</summary>
internal static class NodeComparison
{
    private const string RestartContext = "postmaster";

    public static IEnumerable<ClusterDrift> Compare(
        ClusterObservation observation, ClusterDefinition definition, NodeDefinition node, MemberObservation seen) =>
    [
        .. OfSettings(observation, definition, node, seen),
        .. OfRules(definition, node, seen),
        .. OfArchive(node, seen),
        .. OfSlots(observation, definition, node, seen),
        .. OfTablespaces(node, seen),
    ];

    private static IEnumerable<ClusterDrift> OfSettings(
        ClusterObservation observation, ClusterDefinition definition, NodeDefinition node, MemberObservation seen)
    {
        if (seen.Settings is null)
            yield break;
        Dictionary<string, string?> wanted = new(NodeConfiguration.Settings(definition, node), StringComparer.OrdinalIgnoreCase)
        {
            ["port"] = node.Port.ToString(CultureInfo.InvariantCulture),
        };
        HashSet<string> told = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string? value) in wanted)
        {
            PgSetting? actual = seen.Setting(name), described = observation.Describe(name);
            // On a server that answers no SQL, a setting that no file sets has its default.
            string? now = actual?.Value ?? described?.Default;
            string? should = value ?? described?.Default;
            if (should is null
                || (now is not null && SettingValue.AreEqual(now, should, described?.Type ?? SettingType.String, described?.Unit)))
            {
                continue;
            }

            told.Add(name);
            yield return ClusterComparison.Drift(
                seen.Member, DriftKind.Setting, name, Secrets.Redact(should), now is null ? null : Secrets.Redact(now),
                HealCommand.Set(seen.Member, name, value), (described?.Context ?? actual?.Context) == RestartContext);
        }

        foreach (PgSetting pending in seen.Settings.Where(setting => setting.PendingRestart && !told.Contains(setting.Name)))
        {
            yield return ClusterComparison.Drift(
                seen.Member, DriftKind.PendingRestart, pending.Name, "the value in the files", Secrets.Redact(pending.Value),
                HealCommand.Restart(seen.Member), needsRestart: true);
        }
    }

    private static IEnumerable<ClusterDrift> OfRules(ClusterDefinition definition, NodeDefinition node, MemberObservation seen)
    {
        if (seen.Hba is not { } present)
            return [];
        return NodeConfiguration.Rules(definition, node).Where(rule => !present.Any(line => line.Rule == rule))
            .Concat(MissingForStandbys(definition, node, present))
            .Select(rule => ClusterComparison.Drift(
                seen.Member, DriftKind.HbaRule,
                string.Join(' ', rule.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)),
                "present", null, HealCommand.AddRule(seen.Member, rule)));
    }

    // Any rule that lets the standby in is enough.
    private static IEnumerable<HbaRule> MissingForStandbys(
        ClusterDefinition definition, NodeDefinition node, IReadOnlyList<PgHbaRule> present) =>
        from standby in definition.StandbysOf(node)
        where !NodeConfiguration.AddressesOf(standby.Host).Any(
            address => present.Any(line => LetsIn(line.Rule, definition.ReplicationRole, address)))
        let rule = RuleFor(definition.ReplicationRole, NodeConfiguration.AddressesOf(standby.Host).First())
        group rule by rule.ToString() into same
        select same.First();

    private static bool LetsIn(HbaRule rule, string role, HbaAddress address) =>
        rule.Method != HbaMethod.Reject && rule.Covers(RuleFor(role, address));

    private static HbaRule RuleFor(string role, HbaAddress address) => new()
    {
        Type = HbaConnectionType.Host,
        Databases = [HbaName.Replication],
        Users = [HbaName.Of(role)],
        Address = address,
        Method = HbaMethod.ScramSha256,
    };

    private static IEnumerable<ClusterDrift> OfArchive(NodeDefinition node, MemberObservation seen)
    {
        if (seen.Settings is null)
            yield break;
        string mode = seen.Value("archive_mode") ?? "off";
        string? command = mode == "off" ? null : seen.Value("archive_command");
        string? directory = ArchiveLocation.OfArchiveCommand(command);
        string wantedMode = node.ArchiveDirectory is null ? "off" : node.ArchiveMode.ToString().ToLowerInvariant();
        if (SettingValue.AreEqual(mode, wantedMode, SettingType.Enum) && directory == node.ArchiveDirectory)
            yield break;
        // A definition cannot express an archive that is not a directory, so such an archive is no drift.
        if (node.ArchiveDirectory is null && directory is null && (command is not null || seen.Value("archive_library") is not null))
            yield break;
        bool sameMode = SettingValue.AreEqual(mode, wantedMode, SettingType.Enum);
        yield return ClusterComparison.Drift(
            seen.Member, DriftKind.Archive, sameMode ? "archive_command" : "archive_mode",
            sameMode ? node.ArchiveDirectory : wantedMode,
            sameMode ? directory ?? (command is null ? null : Secrets.Redact(command)) : mode,
            HealCommand.Archive(seen.Member, node.ArchiveDirectory, node.ArchiveMode), needsRestart: !sameMode);
    }

    private static IEnumerable<ClusterDrift> OfSlots(
        ClusterObservation observation, ClusterDefinition definition, NodeDefinition node, MemberObservation seen)
    {
        PgClusterMember member = seen.Member;
        if (member.Status is not { State: ServerState.Running })
            yield break;
        IReadOnlyList<SlotDefinition> wanted = NodeConfiguration.SlotsOn(definition, node);
        foreach (SlotDefinition missing in wanted.Where(slot => member.Slots.All(present => present.Name != slot.Name)))
        {
            yield return ClusterComparison.Drift(
                member, DriftKind.Slot, missing.Name, missing.Plugin is null ? "a physical slot" : $"a slot for {missing.Plugin}", null,
                HealCommand.CreateSlot(member, missing));
        }

        // Only ALTER_REPLICATION_SLOT over a replication connection changes this, and a slot whose consumer is connected cannot be made
        // anew.
        foreach (SlotDefinition slot in wanted.Where(
            slot => slot.Failover && member.Slots.Any(present => present.Name == slot.Name && !present.IsFailover)))
        {
            yield return ClusterComparison.Drift(
                member, DriftKind.Slot, slot.Name, "a failover slot", "a slot that standbys keep no copy of", null);
        }

        foreach (ReplicationSlot slot in member.Slots.Where(
            slot => slot is { IsTemporary: false, IsSynced: false, IsActive: false } && wanted.All(named => named.Name != slot.Name)))
        {
            string held = slot.RetainedBytes is { } bytes ? $", holds {ByteSize.Format(bytes)} of WAL" : "";
            yield return ClusterComparison.Drift(
                member, DriftKind.OrphanedSlot, slot.Name, null,
                slot.Tool is { } tool ? $"a slot of {tool}, which is not connected{held}" : $"a slot that nobody uses{held}",
                slot.Tool is not null || IsSomebodys(observation, member, slot) ? null : HealCommand.RemoveSlot(member, slot.Name));
        }
    }

    /// <summary>Whether another member uses the slot, or may use it: the configuration of a member that is down may not be known.</summary>
    public static bool IsSomebodys(ClusterObservation observation, PgClusterMember owner, ReplicationSlot slot) =>
        observation.Members.Any(other => other.Member.Name != owner.Name
            && (other.Member.SlotName == slot.Name || other.Recovery?.SlotName == slot.Name
                || (other.Member.Status is null && other.Recovery is null
                    && other.Member.Node?.SlotName is null && other.HasDataDirectory != false)));

    private static IEnumerable<ClusterDrift> OfTablespaces(NodeDefinition node, MemberObservation seen) =>
        from wanted in node.Tablespaces
        where seen.Facts is not null
        let actual = seen.Facts!.Tablespaces.GetValueOrDefault(wanted.Key)
        where actual != wanted.Value
        select ClusterComparison.Drift(
            seen.Member, DriftKind.Tablespace, wanted.Key, wanted.Value, actual,
            actual is null && node.Kind == NodeKind.Primary ? HealCommand.Sync : null);
}
