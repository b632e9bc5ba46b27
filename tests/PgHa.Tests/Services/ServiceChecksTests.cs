using static PgHa.Tests.Services.ServiceSamples;

namespace PgHa.Tests.Services;

/// <summary>What is found about a server's unit.</summary>
public sealed class ServiceChecksTests
{
    [Fact]
    public void A_cluster_that_its_unit_runs_and_starts_has_no_finding() => Assert.Empty(Findings(Running(Healthy)));

    [Fact]
    public void A_server_of_pg_ctl_has_no_finding() => Assert.Empty(Findings(Running(new OwnerFacts { ProcessId = Pid })));

    [Fact]
    public void Nothing_starts_a_manual_cluster_at_boot()
    {
        Assert.Equal(
            "NothingStartsAtBoot: b runs, and nothing starts it at the next boot: '/etc/postgresql/15/main/start.conf' says manual",
            Assert.Single(Findings(Running(Manual))));
        // systemctl enable of its own unit starts it all the same.
        Assert.Empty(Findings(Running(Manual with { ProcessUnit = Unit with { UnitFileState = "enabled" } })));
    }

    [Fact]
    public void Nothing_starts_the_clusters_where_their_common_unit_is_disabled() =>
        Assert.EndsWith(
            "systemd unit postgresql is disabled",
            Assert.Single(Findings(Running(Healthy with { AllClusters = AllClusters with { UnitFileState = "disabled" } }))),
            StringComparison.Ordinal);

    [Fact]
    public void A_disabled_unit_starts_nothing_at_boot_and_a_static_one_may()
    {
        ServiceUnit unit = new() { Id = "postgresql-18.service", MainPid = Pid, ActiveState = "active", UnitFileState = "disabled" };

        Assert.EndsWith(
            "systemd unit postgresql-18 is disabled", Assert.Single(Findings(Running(OfUnit(unit)))), StringComparison.Ordinal);
        Assert.Empty(Findings(Running(OfUnit(unit with { UnitFileState = "static" }))));
    }

    [Fact]
    public void A_server_beside_its_failed_unit_is_found() =>
        Assert.StartsWith(
            "RunsOutsideUnit: b runs as process 172, and systemd unit postgresql@15-main, which starts it, is failed",
            Assert.Single(Findings(Running(Beside))), StringComparison.Ordinal);

    [Fact]
    public void A_unit_that_would_start_it_with_another_configuration_is_found() =>
        Assert.Equal(
            "ConfigurationAtBoot: b runs without the configuration in '/etc/postgresql/15/main', "
                + "with which systemd unit postgresql@15-main starts it at the next boot",
            Assert.Single(Findings(Running(OtherConfiguration))));

    [Theory]
    [InlineData("always", 20, true)]
    [InlineData("on-failure", 20, true)]
    [InlineData("always", 100, false)]
    [InlineData("no", 20, false)]
    public void A_unit_that_restarts_its_server_at_once_races_with_a_failover(string restart, int milliseconds, bool isFound) =>
        Assert.Equal(isFound, Findings(Running(Restarted(restart, milliseconds))).Length == 1);

    [Fact]
    public void An_old_primary_that_is_down_would_be_a_second_one_after_the_next_boot()
    {
        Assert.Equal(
            "SecondPrimaryAtBoot: b is no standby by its files, and systemd unit postgresql@15-main starts it at the next boot",
            Assert.Single(Findings(Stopped(Down, isStandby: false))));
        Assert.Empty(Findings(Stopped(Down, isStandby: true)));
        Assert.Empty(Findings(Stopped(Down with { Cluster = Manual.Cluster }, isStandby: false)));
    }

    private static string[] Findings(ClusterObservation observation) =>
        [.. ServiceChecks.All.SelectMany(check => check.Run(observation)).Select(finding => $"{finding.Check}: {finding.Evidence}")];
}
