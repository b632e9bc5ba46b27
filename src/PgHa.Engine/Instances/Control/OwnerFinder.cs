using System.Globalization;
using System.Text;
using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances.Control;

/// <summary>Finds out who starts and stops a server.</summary>
internal sealed class OwnerFinder
{
    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _instance;

    public OwnerFinder(EngineContext context, IHost host, PgInstance instance)
    {
        _context = context;
        _host = host;
        _instance = instance;
    }

    private string Directory => _instance.DataDirectory!;

    /// <summary>The owner: who started the server, or, if it does not run, who starts it.</summary>
    public async Task<ServerOwner> FindAsync(CancellationToken cancellationToken)
    {
        MachineServices machine = await _context.Owners.MachineAsync(_host, cancellationToken).ConfigureAwait(false);
        if (machine.IsEmpty)
            return ServerOwner.Nobody;
        int? process = await ProcessAsync(cancellationToken).ConfigureAwait(false);
        if (_context.Owners.Find(_instance.Machine, Directory) is var (known, before) && (process is null || process == known))
            return process is null ? before with { RunsOutside = false } : before;
        var owner = ServerOwner.Decide(await ReadAsync(machine, process, cancellationToken).ConfigureAwait(false));
        _context.Owners.Keep(_instance.Machine, Directory, process, owner);
        return owner;
    }

    /// <summary>What the machine shows about it.</summary>
    public async Task<OwnerFacts> FactsAsync(CancellationToken cancellationToken) => await ReadAsync(
        await _context.Owners.MachineAsync(_host, cancellationToken).ConfigureAwait(false),
        await ProcessAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private async Task<OwnerFacts> ReadAsync(MachineServices machine, int? process, CancellationToken cancellationToken)
    {
        WindowsService? service = null;
        foreach (WindowsService one in machine.WindowsServices)
        {
            if (await DataDirectoryPath.AreSameAsync(_host, one.DataDirectory, Directory, cancellationToken).ConfigureAwait(false))
                service ??= one;
        }

        if (service is not null)
        {
            return new OwnerFacts
            {
                ProcessId = process,
                Service = service,
                ServiceRuns = await WindowsServiceControl.RunsAsync(_host, service, cancellationToken).ConfigureAwait(false),
            };
        }

        IReadOnlyList<PostmasterOption> options = await StartOptions.ReadAsync(_host, Directory, cancellationToken).ConfigureAwait(false);
        DebianCluster? cluster = await ClusterAsync(machine, cancellationToken).ConfigureAwait(false);
        // The command line of a server that runs says it already.
        bool usesCluster = cluster is not null
            && ((process is not null && PostmasterOptions.ValueOf(options, "config_file") is { } started && IsOf(cluster, started))
                || await UsesAsync(cluster, cancellationToken).ConfigureAwait(false));
        var facts = new OwnerFacts
        {
            ProcessId = process,
            Cluster = cluster,
            UsesClusterConfiguration = usesCluster,
            // PgHa gives the option about WAL itself, for one run.
            HasOwnOptions = DebianCluster.OwnOptions(options).Any(option => option.Setting is not ("wal_keep_size" or "wal_keep_segments")),
        };
        return machine.HasSystemd ? await WithUnitsAsync(facts, cancellationToken).ConfigureAwait(false) : facts;
    }

    private async Task<DebianCluster?> ClusterAsync(MachineServices machine, CancellationToken cancellationToken)
    {
        foreach ((DebianCluster cluster, string directory) in machine.Clusters)
        {
            if (await DataDirectoryPath.AreSameAsync(_host, directory, Directory, cancellationToken).ConfigureAwait(false))
                return cluster;
        }

        return null;
    }

    private async Task<OwnerFacts> WithUnitsAsync(OwnerFacts facts, CancellationToken cancellationToken)
    {
        string? processUnit = facts.ProcessId is { } pid ? await ServiceOfAsync(pid, cancellationToken).ConfigureAwait(false) : null;
        string? startUnit = facts.Cluster?.UnitId ?? _context.Owners.Find(_instance.Machine, Directory)?.Owner.Unit?.Id;
        string? all = facts.Cluster is null ? null : DebianCluster.AllClusters;
        string[] names = [.. new[] { processUnit, startUnit, all }.OfType<string>().Distinct()];
        IReadOnlyList<ServiceUnit> units = await new Systemctl(_host).ShowAsync(names, cancellationToken).ConfigureAwait(false);
        facts = facts with
        {
            ProcessUnit = units.FirstOrDefault(unit => unit.Id == processUnit),
            StartUnit = units.FirstOrDefault(unit => unit.Id == startUnit),
            AllClusters = units.FirstOrDefault(unit => unit.Id == all),
        };
        if (facts.StartUnit is not null || facts.Cluster is not null || (facts.ProcessUnit?.MainPid is { } main && main == facts.ProcessId))
            return facts;
        IReadOnlyList<ServiceUnit> found = await UnitSearch.FindAsync(_host, Directory, cancellationToken).ConfigureAwait(false);
        return facts with { StartUnit = found.OrderByDescending(unit => unit.IsEnabled == true).FirstOrDefault() };
    }

    private async Task<int?> ProcessAsync(CancellationToken cancellationToken)
    {
        var probe = new PostmasterProbe(_host, Directory);
        return await probe.ReadAsync(cancellationToken).ConfigureAwait(false) is { } pid
            && await probe.JudgeAsync(pid, cancellationToken).ConfigureAwait(false) == PidFileMeaning.Running
                ? pid.ProcessId
                : null;
    }

    private async Task<string?> ServiceOfAsync(int processId, CancellationToken cancellationToken)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/cgroup");
        return await _host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is { } content
            ? ControlGroup.ServiceOf(Encoding.UTF8.GetString(content))
            : null;
    }

    private async Task<bool> UsesAsync(DebianCluster cluster, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = await _host.ListAsync(Directory, cancellationToken).ConfigureAwait(false) ?? [];
        string main = await ConfigurationLocation.FindAsync(_host, Directory, names, cancellationToken).ConfigureAwait(false);
        return IsOf(cluster, main);
    }

    private static bool IsOf(DebianCluster cluster, string mainFile) =>
        DebianCluster.OfConfiguration(mainFile)?.ConfigurationDirectory == cluster.ConfigurationDirectory;
}
