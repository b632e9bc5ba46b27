using System.Globalization;
using System.Text.RegularExpressions;
using static PgHa.Tests.Observed;

namespace PgHa.Tests.Pictures;

public sealed class ClusterMetricsTests
{
    [Fact]
    public void Every_line_is_one_that_Prometheus_takes_and_no_series_comes_twice()
    {
        PgCluster cluster = Cluster(
            Primary("a", 1, Row("b", SyncState.Sync) with { ReplayLag = TimeSpan.FromMilliseconds(250) }, Row("b") with { ProcessId = 7 }),
            Standby("b", 2, 1),
            Down("odd \"\\\n name", 3));
        Dictionary<string, double> values = Parse(PrometheusText.Of(ClusterMetrics.Of([cluster], [])));

        Assert.Equal(1, Value(values, "pg_up", "node=\"a\""));
        Assert.Equal(0, Value(values, "pg_up", """node="odd \"\\\n name" """.TrimEnd()));
        Assert.Equal(0, Value(values, "pg_replication_is_replica", "node=\"a\""));
        Assert.Equal(1, Value(values, "pg_replication_is_replica", "node=\"b\""));
        Assert.Equal(0.25, Value(values, "pg_stat_replication_replay_lag_seconds", "application_name=\"b\""));
        Assert.Equal(1, Value(values, "pgha_findings", "severity=\"critical\""));
        Assert.Equal(0x3000148, Value(values, "pgha_wal_position_bytes", "node=\"a\""));
        // What is not known has no value.
        Assert.DoesNotContain(
            values.Keys,
            key => key.StartsWith("pg_replication_is_replica", StringComparison.Ordinal) && key.Contains("odd", StringComparison.Ordinal));
    }

    [Fact]
    public void Slots_and_archivers_have_the_names_of_postgres_exporter()
    {
        MemberAnswer primary = Primary("a", 1);
        ReplicationSlot slot = new()
        {
            Server = primary.Server,
            Name = "s",
            Type = ReplicationSlotType.Physical,
            RetainedBytes = 1024,
            WalStatus = SlotWalStatus.Lost
        };
        PgCluster cluster = Cluster(primary with { Status = primary.Status! with { Slots = [slot] } });
        ArchiveStatus archiver = new()
        {
            Server = cluster.Members[0].Server!,
            Role = ServerRole.Primary,
            ArchivedCount = 12,
            FailedCount = 3,
            LastArchivedTime = Now.AddSeconds(-30),
            ObservedAt = Now
        };
        Dictionary<string, double> values = Parse(PrometheusText.Of(ClusterMetrics.Of([cluster], [archiver])));

        Assert.Equal(0, Value(values, "pg_replication_slots_active", "slot_name=\"s\""));
        Assert.Equal(1024, Value(values, "pg_replication_slots_pg_wal_lsn_diff", "slot_name=\"s\""));
        Assert.Equal(1, Value(values, "pgha_replication_slot_lost", "slot_name=\"s\""));
        Assert.Equal(12, Value(values, "pg_stat_archiver_archived_count", "node=\"a\""));
        Assert.Equal(3, Value(values, "pg_stat_archiver_failed_count", "node=\"a\""));
        Assert.Equal(30, Value(values, "pg_stat_archiver_last_archive_age", "node=\"a\""));
    }

    private static double Value(Dictionary<string, double> values, string name, string label) =>
        values.First(value => value.Key.StartsWith(name + "{", StringComparison.Ordinal)
            && value.Key.Contains(label, StringComparison.Ordinal)).Value;

    // The grammar of the text format, strictly: HELP and TYPE before the values of each metric, all of a metric together.
    private static Dictionary<string, double> Parse(string text)
    {
        Dictionary<string, double> values = [];
        HashSet<string> told = [];
        string? current = null;
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        string[] lines = text[..^1].Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (Regex.Match(lines[i], "^# HELP ([a-z_]+) \\S.*$") is { Success: true } help)
            {
                current = help.Groups[1].Value;
                Assert.True(told.Add(current), $"{current} is there twice");
                Assert.Matches($"^# TYPE {current} (gauge|counter)$", lines[++i]);
                continue;
            }

            Match value = Regex.Match(
                lines[i],
                """^([a-z_]+)(\{[a-z_]+="(?:[^"\\]|\\[\\n"])*"(?:,[a-z_]+="(?:[^"\\]|\\[\\n"])*")*\})? (-?[0-9.]+(?:E[-+][0-9]+)?)$""");
            Assert.True(value.Success, $"no line of a metric: {lines[i]}");
            Assert.Equal(current, value.Groups[1].Value);
            Assert.True(
                values.TryAdd(
                    value.Groups[1].Value + value.Groups[2].Value, double.Parse(value.Groups[3].Value, CultureInfo.InvariantCulture)),
                $"twice: {lines[i]}");
        }

        return values;
    }
}
