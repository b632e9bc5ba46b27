namespace PgHa;

/// <summary>The metrics of clusters for Prometheus. A metric that postgres_exporter has too has the same name as there.</summary>
internal static class ClusterMetrics
{
    /// <summary>The metrics.</summary>
    /// <param name="clusters">The clusters.</param>
    /// <param name="archivers">The servers' reports of their archiving.</param>
    public static IReadOnlyList<Metric> Of(IReadOnlyList<PgCluster> clusters, IReadOnlyList<ArchiveStatus> archivers)
    {
        Member[] members = [.. clusters.SelectMany(cluster => cluster.Members.Select(member => new Member(member, LabelsOf(member))))];
        return
        [
            .. OfMembers(members),
            .. OfStandbys([.. members.SelectMany(OfStandbysOf)]),
            .. OfSlots([.. members.SelectMany(member => member.Value.Slots.Select(slot => (slot, LabelsOf(member, slot))))]),
            .. OfArchivers(
            [
                .. archivers.SelectMany(archiver => members
                    .Where(member => member.Value.Server == archiver.Server)
                    .Take(1)
                    .Select(member => (archiver, member.Labels))),
            ]),
            Gauge("pgha_findings", "What is wrong with the cluster, by severity.", clusters.SelectMany(OfFindings)),
        ];
    }

    private static IEnumerable<Metric> OfMembers(Member[] members)
    {
        yield return Gauge("pg_up", "Whether the server answers.", members.Select(member =>
            Sample(member.Value is { Status: null, State: MemberState.Down or MemberState.Unknown } ? 0 : 1, member.Labels)));
        yield return Gauge(
            "pg_replication_is_replica", "Whether the server is a standby.",
            Known(members, member => member.Role is { } role ? role == ServerRole.Standby ? 1 : 0 : null));
        yield return Gauge(
            "pg_replication_lag_seconds", "How old the data of a standby is, in seconds.",
            Known(members, member => member.Role == ServerRole.Standby ? member.LagTime?.TotalSeconds : null));
        yield return Gauge(
            "pgha_replication_lag_bytes", "The bytes of WAL that a standby has not replayed.",
            Known(members, member => member.Role == ServerRole.Standby ? member.LagBytes : null));
        yield return Gauge("pgha_timeline", "The timeline that the server is on.", Known(members, member => member.Timeline?.Value));
        yield return Gauge(
            "pgha_wal_position_bytes", "The position written by a primary, or replayed by a standby.",
            Known(members, member => member.CurrentLsn?.Value));
        yield return Gauge(
            "pgha_member_state", "1 for the state that the member is in.",
            members.Select(member => Sample(1, [.. member.Labels, new("state", MemberPicture.NameOf(member.Value.State))])));
    }

    private static IEnumerable<(StandbyStatus Row, Label[] Labels)> OfStandbysOf(Member member) =>
        (member.Value.Status?.Standbys ?? []).Select(row => (row, (Label[])
        [
            .. member.Labels,
            new("application_name", row.ApplicationName),
            new("client_addr", row.Address ?? ""),
            new("state", row.State ?? ""),
            new("slot_name", row.SlotName ?? ""),
            // Prometheus refuses two series with the same labels: the process id tells standbys with the same name apart.
            new("pid", row.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ]));

    private static IEnumerable<Metric> OfStandbys((StandbyStatus Row, Label[] Labels)[] rows)
    {
        yield return Gauge(
            "pg_stat_replication_pg_wal_lsn_diff", "The bytes between the server's position and what the standby has replayed.",
            Known(rows, row => row.LagBytes));
        yield return Gauge(
            "pg_stat_replication_write_lag_seconds", "Until the standby had written recent WAL, in seconds.",
            Known(rows, row => row.WriteLag?.TotalSeconds));
        yield return Gauge(
            "pg_stat_replication_flush_lag_seconds", "Until the standby had flushed recent WAL, in seconds.",
            Known(rows, row => row.FlushLag?.TotalSeconds));
        yield return Gauge(
            "pg_stat_replication_replay_lag_seconds", "Until the standby had replayed recent WAL, in seconds.",
            Known(rows, row => row.ReplayLag?.TotalSeconds));
        yield return Gauge("pg_stat_replication_sync", "Whether commits wait for the standby.",
            Known(rows, row => row.IsSynchronous is { } synchronous ? synchronous ? 1 : 0 : null));
    }

    private static IEnumerable<Metric> OfSlots((ReplicationSlot Slot, Label[] Labels)[] slots)
    {
        yield return Gauge(
            "pg_replication_slots_active", "Whether a consumer is connected through the slot.",
            Known(slots, slot => slot.IsActive ? 1 : 0));
        yield return Gauge(
            "pg_replication_slots_pg_wal_lsn_diff", "The bytes of WAL that the slot keeps.", Known(slots, slot => slot.RetainedBytes));
        yield return Gauge(
            "pg_replication_slot_safe_wal_size_bytes", "The bytes that may be written before the slot is in danger of being lost.",
            Known(slots, slot => slot.SafeWalSize));
        yield return Gauge(
            "pgha_replication_slot_lost", "Whether WAL that the slot needs is gone.",
            Known(slots, slot => slot.WalStatus is { } status ? status == SlotWalStatus.Lost ? 1 : 0 : null));
        yield return Gauge(
            "pgha_replication_slot_failover_ready", "Whether a standby's copy of a logical slot outlives a promotion.",
            Known(slots, slot => slot.IsFailoverReady is { } ready ? ready ? 1 : 0 : null));
        yield return Gauge(
            "pg_stat_replication_slots_slotsync_skip_count", "How often slot synchronization has left a copy out.",
            Known(slots, slot => slot.SyncSkipCount)) with
        { IsCounter = true };
        yield return Gauge(
            "pg_stat_replication_slots_mem_exceeded_count", "How often decoding needed more than logical_decoding_work_mem.",
            Known(slots, slot => slot.MemoryExceededCount)) with
        { IsCounter = true };
    }

    private static IEnumerable<Metric> OfArchivers((ArchiveStatus Archiver, Label[] Labels)[] archivers)
    {
        yield return Gauge(
            "pg_stat_archiver_archived_count", "The WAL files that were archived.",
            Known(archivers, archiver => archiver.ArchivedCount)) with
        { IsCounter = true };
        yield return Gauge(
            "pg_stat_archiver_failed_count", "The attempts to archive a WAL file that failed.",
            Known(archivers, archiver => archiver.FailedCount)) with
        { IsCounter = true };
        yield return Gauge(
            "pg_stat_archiver_last_archive_age", "The seconds since a WAL file was archived.",
            Known(archivers, archiver => (archiver.ObservedAt - archiver.LastArchivedTime)?.TotalSeconds));
        yield return Gauge(
            "pgha_archive_ready_files", "The WAL files that wait to be archived.", Known(archivers, archiver => archiver.Backlog?.Files));
    }

    private static IEnumerable<MetricSample> OfFindings(PgCluster cluster) => Enum.GetValues<FindingSeverity>().Select(severity =>
        Sample(
            cluster.Findings.Count(finding => finding.Severity == severity),
            [new("cluster", cluster.Name), new("severity", severity.ToString().ToLowerInvariant())]));

    private static Label[] LabelsOf(Member member, ReplicationSlot slot) =>
        [
            .. member.Labels,
            new("slot_type", slot.Type.ToString().ToLowerInvariant()),
            new("synced", slot.IsSynced ? "true" : "false"),
            new("slot_name", slot.Name),
        ];

    private static Label[] LabelsOf(PgClusterMember member) =>
        [new("cluster", member.Cluster), new("node", member.Name), new("server", member.Server?.Address ?? "")];

    private static Metric Gauge(string name, string help, IEnumerable<MetricSample> samples) => new(name, help, [.. samples]);

    private static IEnumerable<MetricSample> Known(Member[] members, Func<PgClusterMember, double?> value) =>
        Known(members.Select(member => (member.Value, member.Labels)), value);

    // An unknown value is left out: a zero would say that all is well.
    private static IEnumerable<MetricSample> Known<T>(IEnumerable<(T Value, Label[] Labels)> all, Func<T, double?> value) =>
        all.Select(one => (Value: value(one.Value), one.Labels))
            .Where(one => one.Value is not null)
            .Select(one => Sample(one.Value!.Value, one.Labels));

    private static MetricSample Sample(double value, Label[] labels) => new(value, [.. labels.Select(label => (label.Name, label.Value))]);

    private readonly record struct Label(string Name, string Value);

    private readonly record struct Member(PgClusterMember Value, Label[] Labels);
}
