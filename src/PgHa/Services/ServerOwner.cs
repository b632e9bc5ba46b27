namespace PgHa;

/// <summary>Who starts and stops a server, decided from what the machine shows.</summary>
/// <param name="Unit">The unit of systemd that starts it; <see langword="null"/> if there is none.</param>
/// <param name="Cluster">The Debian cluster that it is; <see langword="null"/> if it is none.</param>
/// <param name="RunsOutside">Whether it runs, but not as a process of that unit: <c>systemctl stop</c> would not reach it.</param>
internal sealed record ServerOwner(ServiceUnit? Unit, DebianCluster? Cluster, bool RunsOutside)
{
    /// <summary>The service of Windows that starts it; <see langword="null"/> if there is none.</summary>
    public WindowsService? Service { get; init; }

    /// <summary>A server that only <c>pg_ctl</c> starts and stops.</summary>
    public static ServerOwner Nobody { get; } = new(null, null, RunsOutside: false);

    /// <summary>How messages name the owner.</summary>
    public string Name => RunsOutside ? $"{Unit}, outside of which it runs"
        : Unit?.ToString() ?? Cluster?.ToString() ?? Service?.ToString() ?? "pg_ctl";

    /// <summary>Decides.</summary>
    /// <param name="facts">What the machine shows.</param>
    public static ServerOwner Decide(OwnerFacts facts)
    {
        // One that somebody started beside its service is stopped and started in the same way.
        if (facts.Service is { } service)
        {
            bool isOwner = facts.ProcessId is null ? service.Start != WindowsServiceStart.Disabled : facts.ServiceRuns;
            return isOwner ? Nobody with { Service = service } : Nobody;
        }

        DebianCluster? cluster = facts.UsesClusterConfiguration ? facts.Cluster : null;
        if (facts.ProcessId is { } pid)
        {
            if (facts.ProcessUnit is { } running && running.MainPid == pid)
                return new ServerOwner(running, cluster, RunsOutside: false);
            // The server was started outside its unit. PgHa stops it without the unit, and starts it again by the unit. But the unit has
            // a command line of its own, so a server with options of its own is started again as it was before.
            return Startable(facts, cluster) is { } unit && !facts.HasOwnOptions
                ? new ServerOwner(unit, cluster, RunsOutside: true)
                : new ServerOwner(null, cluster, RunsOutside: false);
        }

        return new ServerOwner(Startable(facts, cluster), cluster, RunsOutside: false);
    }

    // The unit of a Debian cluster is its own by its name. Another unit that nobody has enabled may be a leftover.
    private static ServiceUnit? Startable(OwnerFacts facts, DebianCluster? cluster) =>
        facts.OwnUnit is { IsLoaded: true } unit && (unit.IsActive || unit.IsEnabled != false || unit.Id == cluster?.UnitId) ? unit : null;
}

/// <summary>What a machine shows about who starts a server.</summary>
internal sealed record OwnerFacts
{
    /// <summary>The server's process; <see langword="null"/> if it does not run.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The service that the process belongs to, by its control group.</summary>
    public ServiceUnit? ProcessUnit { get; init; }

    /// <summary>The unit that would start the server: that of its Debian cluster, or one that names its data directory.</summary>
    public ServiceUnit? StartUnit { get; init; }

    /// <summary>The Debian cluster with this data directory.</summary>
    public DebianCluster? Cluster { get; init; }

    /// <summary>
    /// Whether the server runs with the configuration of that cluster, or would. A <c>postgresql.conf</c> in the data directory makes it
    /// another server than the one that Debian's tools would start.
    /// </summary>
    public bool UsesClusterConfiguration { get; init; }

    /// <summary>The unit that starts the server as it is: a Debian cluster's unit starts it with the cluster's configuration.</summary>
    public ServiceUnit? OwnUnit => StartUnit is not null && StartUnit.Id == Cluster?.UnitId && !UsesClusterConfiguration ? null : StartUnit;

    /// <summary>The unit that starts all Debian clusters at boot; <see langword="null"/> where the server is none.</summary>
    public ServiceUnit? AllClusters { get; init; }

    /// <summary>The service of Windows with this data directory.</summary>
    public WindowsService? Service { get; init; }

    /// <summary>Whether that service runs, or is about to.</summary>
    public bool ServiceRuns { get; init; }

    /// <summary>Whether its command line has options that its owner's start command does not give.</summary>
    public bool HasOwnOptions { get; init; }
}
