namespace PgHa.Tests.Services;

/// <summary>Who may stop a server, and who starts it again.</summary>
public sealed class ServerOwnerTests
{
    private const int Pid = 172;

    private static readonly DebianCluster Cluster = DebianCluster.OfConfiguration("/etc/postgresql/15/main/postgresql.conf")!;

    private static ServiceUnit Unit(string id, int? mainPid = null, string state = "enabled") => new()
    {
        Id = id,
        MainPid = mainPid,
        UnitFileState = state,
        ActiveState = mainPid is null ? "inactive" : "active",
    };

    [Fact]
    public void A_server_that_nothing_knows_belongs_to_pg_ctl()
    {
        var owner = ServerOwner.Decide(new OwnerFacts { ProcessId = Pid });

        Assert.Equal(ServerOwner.Nobody, owner);
        Assert.Equal("pg_ctl", owner.Name);
    }

    [Fact]
    public void The_main_process_of_a_unit_belongs_to_the_unit()
    {
        ServiceUnit unit = Unit("postgresql-18.service", Pid, "disabled");

        var owner = ServerOwner.Decide(new OwnerFacts { ProcessId = Pid, ProcessUnit = unit, HasOwnOptions = true });

        Assert.Equal(new ServerOwner(unit, null, RunsOutside: false), owner);
        Assert.Equal("systemd unit postgresql-18", owner.Name);
    }

    [Fact]
    public void A_server_in_the_control_group_of_another_programs_unit_does_not_belong_to_that_unit()
    {
        var owner = ServerOwner.Decide(new OwnerFacts { ProcessId = Pid, ProcessUnit = Unit("ssh.service", mainPid: 99) });

        Assert.Equal(ServerOwner.Nobody, owner);
    }

    [Fact]
    public void A_Debian_cluster_without_systemd_belongs_to_Debians_tools()
    {
        var owner = ServerOwner.Decide(new OwnerFacts { ProcessId = Pid, Cluster = Cluster, UsesClusterConfiguration = true });

        Assert.Equal("Debian cluster 15/main", owner.Name);
        Assert.Null(owner.Unit);
    }

    [Fact]
    public void A_stopped_Debian_cluster_is_started_by_its_unit_even_if_that_is_not_enabled()
    {
        var owner = ServerOwner.Decide(new OwnerFacts
        {
            Cluster = Cluster,
            UsesClusterConfiguration = true,
            StartUnit = Unit(Cluster.UnitId, state: "disabled"),
        });

        Assert.Equal("systemd unit postgresql@15-main", owner.Name);
        Assert.False(owner.RunsOutside);
    }

    [Fact]
    public void A_Debian_cluster_that_was_started_beside_its_unit_runs_outside_of_it()
    {
        var facts = new OwnerFacts
        {
            ProcessId = Pid,
            Cluster = Cluster,
            UsesClusterConfiguration = true,
            StartUnit = Unit(Cluster.UnitId) with { ActiveState = "failed" },
        };

        Assert.True(ServerOwner.Decide(facts) is { Unit: not null, RunsOutside: true });
        // The unit would start it without its options.
        Assert.Equal("Debian cluster 15/main", ServerOwner.Decide(facts with { HasOwnOptions = true }).Name);
    }

    [Fact]
    public void A_server_with_a_configuration_of_its_own_is_not_the_Debian_cluster_of_its_directory()
    {
        var owner = ServerOwner.Decide(new OwnerFacts { ProcessId = Pid, Cluster = Cluster, UsesClusterConfiguration = false });

        Assert.Equal(ServerOwner.Nobody, owner);
    }

    [Theory]
    [InlineData("enabled", true)]
    [InlineData("static", true)]
    [InlineData("disabled", false)]
    public void A_stopped_server_is_started_by_the_unit_of_its_directory_unless_that_is_disabled(string state, bool byUnit)
    {
        var owner = ServerOwner.Decide(new OwnerFacts { StartUnit = Unit("mydb.service", state: state) });

        Assert.Equal(byUnit, owner.Unit is not null);
    }
}
