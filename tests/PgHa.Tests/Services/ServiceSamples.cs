namespace PgHa.Tests.Services;

/// <summary>What a machine shows of a Debian cluster that its unit runs, and where nothing is wrong.</summary>
internal static class ServiceSamples
{
    public const int Pid = 172;

    public static readonly DebianCluster Cluster = DebianCluster.OfConfiguration("/etc/postgresql/15/main/postgresql.conf")!;

    public static readonly ServiceUnit AllClusters = new() { Id = DebianCluster.AllClusters, UnitFileState = "enabled" };

    public static readonly ServiceUnit Unit = new()
    {
        Id = Cluster.UnitId,
        UnitFileState = "enabled-runtime",
        ActiveState = "active",
        MainPid = Pid,
        HasStopCommand = true,
    };

    public static readonly OwnerFacts Healthy = new()
    {
        ProcessId = Pid,
        ProcessUnit = Unit,
        StartUnit = Unit,
        Cluster = Cluster,
        UsesClusterConfiguration = true,
        AllClusters = AllClusters,
    };

    public static readonly OwnerFacts Down = Healthy with
    {
        ProcessId = null,
        ProcessUnit = null,
        StartUnit = Unit with { MainPid = null },
    };

    public static readonly OwnerFacts Manual = Healthy with { Cluster = Cluster with { StartMode = DebianStartMode.Manual } };

    public static readonly OwnerFacts Beside = Healthy with
    {
        ProcessUnit = null,
        StartUnit = Unit with { MainPid = null, ActiveState = "failed" },
    };

    public static readonly OwnerFacts OtherConfiguration = Healthy with { ProcessUnit = null, UsesClusterConfiguration = false };

    public static OwnerFacts Restarted(string restart, int milliseconds) =>
        OfUnit(Unit with { Restart = restart, RestartDelay = TimeSpan.FromMilliseconds(milliseconds) }) with
        {
            Cluster = Cluster,
            UsesClusterConfiguration = true,
        };

    public static OwnerFacts OfUnit(ServiceUnit unit) => new() { ProcessId = Pid, ProcessUnit = unit };

    public static ClusterObservation Running(OwnerFacts facts) =>
        Observations.Good().With("b", member => member with { Service = facts });

    public static ClusterObservation Stopped(OwnerFacts facts, bool isStandby) =>
        Observations.Of(Observed.Primary("a", 1), Observed.Down("b", 2)).With("b", member => member with
        {
            Service = facts,
            Recovery = new RecoveryConfiguration { Server = Observed.Server("b", 2), StandbyMode = isStandby },
        });
}
