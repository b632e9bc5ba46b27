using static PgHa.FindingSeverity;

namespace PgHa;

/// <summary>Whether another server could take over.</summary>
internal static class FailoverChecks
{
    public static IReadOnlyList<ClusterCheck> All { get; } =
    [
        new("NoFailoverCandidate", Warning, "No standby could take over from the primary now", NoCandidate),
        ClusterCheck.OfMember(
            "NoFreeWalSenders", Warning, "A server has no WAL sender left for another standby or a backup",
            "Raise max_wal_senders and restart.",
            member => member.Facts is { } facts && Number(member, "max_wal_senders") is > 0 and { } limit && facts.WalSenders >= limit
                ? $"has all of its {limit} WAL senders in use"
                : null),
        ClusterCheck.OfMember(
            "NoFreeSlots", Warning, "A server has no replication slot left",
            "Raise max_replication_slots and restart, or drop what nobody uses.",
            member => member.Member.Slots.Count is > 0 and { } slots
                && Number(member, "max_replication_slots") is { } limit
                && slots >= limit
                ? $"has all of its {limit} replication slots in use"
                : null),
        new("CandidateWithoutSlots", Information, "A server that could take over has no room for the primary's slots", WithoutSlots),
        new("FailoverSlotsNotCopied", Warning, "No standby keeps copies of the primary's failover slots", NotCopied),
        new("UnloggedTables", Information, "Unlogged tables are empty on whoever takes over", UnloggedTables),
    ];

    private static IEnumerable<Symptom> NoCandidate(ClusterObservation observation)
    {
        if (observation.Cluster.Primary is { } primary && observation.Cluster.Members.Count > 1
            && !observation.Cluster.StandbysOf(primary).Any(IsCandidate))
        {
            yield return new Symptom(
                null, $"no standby of {primary.Name} streams, is not paused or delayed, and is close to it",
                "Bring a standby back, or build one (New-PgBaseBackup).");
        }
    }

    private static bool IsCandidate(PgClusterMember standby) =>
        standby.State == MemberState.Streaming && standby.Status?.Receiver?.IsReplayPaused != true
        && !(standby.ApplyDelay > TimeSpan.Zero) && !LagDiagnosis.IsSignificant(standby.LagBytes);

    private static IEnumerable<Symptom> WithoutSlots(ClusterObservation observation)
    {
        if (observation.Primary is not { Member.Slots.Count: > 0 } primary)
            yield break;
        foreach (MemberObservation standby in observation.Members.Where(member => member.Member.Upstream == primary.Member.Name))
        {
            if (Number(standby, "max_replication_slots") is { } limit && limit < primary.Member.Slots.Count)
            {
                yield return new Symptom(
                    standby.Member.Name,
                    $"{standby} has max_replication_slots={limit}, and {primary} has {primary.Member.Slots.Count} slots",
                    "Set max_replication_slots alike on all nodes.");
            }
        }
    }

    private static IEnumerable<Symptom> NotCopied(ClusterObservation observation)
    {
        if (observation.Primary is not { } primary)
            yield break;
        string[] slots =
        [
            .. primary.Member.Slots.Where(slot => slot is { IsFailover: true, IsTemporary: false }).Select(slot => slot.Name),
        ];
        PgClusterMember[] standbys = [.. observation.Cluster.StandbysOf(primary.Member)];
        if (slots.Length > 0 && standbys.Length > 0 && standbys.All(standby => standby.Status?.Receiver?.SynchronizesSlots == false))
        {
            yield return new Symptom(
                primary.Member.Name,
                $"no standby of {primary} keeps a copy of {string.Join(", ", slots)}: a failover would lose the place of the consumer",
                "Set-PgRecoveryConf -SyncReplicationSlots on the standbys that may take over.");
        }
    }

    private static IEnumerable<Symptom> UnloggedTables(ClusterObservation observation)
    {
        if (observation is { Primary.Facts.UnloggedTables: > 0 and var count, Cluster.Members.Count: > 1 })
        {
            yield return new Symptom(
                observation.Primary.Member.Name, $"{count} unlogged table(s) of {observation.Primary} are on no standby",
                "ALTER TABLE … SET LOGGED, if they matter.");
        }
    }

    private static int? Number(MemberObservation member, string name) =>
        int.TryParse(member.Value(name), System.Globalization.CultureInfo.InvariantCulture, out int number) ? number : null;
}
