using System.Text;
using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>What starts servers on a machine, other than <c>pg_ctl</c>.</summary>
/// <param name="HasSystemd">Whether systemd runs it.</param>
/// <param name="Clusters">Debian's clusters, each with its data directory.</param>
internal sealed record MachineServices(bool HasSystemd, IReadOnlyList<(DebianCluster Cluster, string DataDirectory)> Clusters)
{
    /// <summary>The services of Windows that run servers.</summary>
    public IReadOnlyList<WindowsService> WindowsServices { get; init; } = [];

    /// <summary>Whether nothing but <c>pg_ctl</c> starts servers there.</summary>
    public bool IsEmpty => !HasSystemd && Clusters.Count == 0 && WindowsServices.Count == 0;

    // systemd makes this directory where it is the machine's init.
    private const string SystemdDirectory = "/run/systemd/system";

    /// <summary>Looks at a machine.</summary>
    public static async Task<MachineServices> ReadAsync(IHost host, CancellationToken cancellationToken)
    {
        if (host.IsWindows)
        {
            return new MachineServices(false, [])
            {
                WindowsServices = await WindowsServiceControl.ServicesAsync(host, cancellationToken).ConfigureAwait(false),
            };
        }

        bool hasSystemd = await host.StatAsync(SystemdDirectory, cancellationToken).ConfigureAwait(false) is { IsDirectory: true };
        List<(DebianCluster, string)> clusters = [];
        if (await host.StatAsync(DebianClusterControl.Program, cancellationToken).ConfigureAwait(false) is not null)
        {
            foreach ((string path, string directory) in await ConfigurationLocation.DebianClustersAsync(
                host, cancellationToken).ConfigureAwait(false))
            {
                if (DebianCluster.OfConfiguration(path) is { } cluster)
                    clusters.Add((await CompletedAsync(host, cluster, cancellationToken).ConfigureAwait(false), directory));
            }
        }

        return new MachineServices(hasSystemd, clusters);
    }

    private static async Task<DebianCluster> CompletedAsync(IHost host, DebianCluster cluster, CancellationToken cancellationToken)
    {
        byte[]? start = await host.ReadFileAsync(
            $"{cluster.ConfigurationDirectory}/{DebianCluster.StartFileName}", cancellationToken).ConfigureAwait(false);
        cluster = cluster with { StartMode = DebianCluster.ReadStartMode(start is null ? null : Encoding.UTF8.GetString(start)) };
        // A link of this name beside the configuration leads to the log.
        IReadOnlyList<string> log = await host.FindFilesAsync(
            [$"{cluster.ConfigurationDirectory}/log"], cancellationToken).ConfigureAwait(false);
        return log is [var path] ? cluster with { LogPath = path } : cluster;
    }
}
