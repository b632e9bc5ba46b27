using System.Management.Automation;
using PgHa.Engine.Cluster;

namespace PgHa.Commands;

/// <summary>A cmdlet that compares a cluster with its definition.</summary>
public abstract class PgDefinedClusterCommand : PgClusterLoginCommand
{
    /// <summary>The cluster as it should be.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ClusterDefinitionTransformation]
    [ValidateNotNull]
    public ClusterDefinition Definition { get; set; } = null!;

    /// <summary>The cluster as it is.</summary>
    private protected async Task<ClusterObservation> ObserveAsync(CancellationToken cancellationToken)
    {
        PgCluster cluster = await new ClusterDiscovery(Engine).ObserveAsync(Definition, Reached, cancellationToken).ConfigureAwait(false);
        return await new ClusterObserver(Engine).ObserveAsync(cluster, cancellationToken).ConfigureAwait(false);
    }
}
