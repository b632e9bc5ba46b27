using System.Management.Automation;
using PgHa.Engine.Cluster;

namespace PgHa.Commands;

/// <summary>A cmdlet that shows clusters: as <c>Get-PgCluster</c> emitted them, or as they are now, by one of their members.</summary>
public abstract class PgShownClusterCommand : PgClusterLoginCommand
{
    private protected const string AsItWas = "Cluster";
    private protected const string AsItIs = "Member";

    private readonly List<PgInstance> _members = [];

    /// <summary>One member of each cluster at least.</summary>
    [Parameter(ParameterSetName = AsItIs, Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [Alias("Server")]
    [PgInstanceTransformation(Others = new[] { typeof(PgCluster), typeof(ClusterDefinition) })]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [ValidateNotNullOrEmpty]
    public PgInstance[] Instance { get; set; } = [];

    /// <summary>The clusters, as <c>Get-PgCluster</c> emits them.</summary>
    [Parameter(ParameterSetName = AsItWas, Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [ClusterTransformation]
    [ValidateNotNullOrEmpty]
    public PgCluster[] Cluster { get; set; } = [];

    /// <summary>Shows one cluster.</summary>
    private protected abstract Task ShowAsync(PgCluster cluster, ICommandOutput output, CancellationToken cancellationToken);

    // All inputs are handled together, because several of them may be members of one cluster.
    private protected override bool Collect()
    {
        if (ParameterSetName == AsItIs)
            _members.AddRange(Instance);
        return ParameterSetName == AsItIs;
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (PgCluster cluster in Cluster)
            await ShowAsync(cluster, output, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task FinishAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (PgCluster cluster in await FoundAsync(output, cancellationToken).ConfigureAwait(false))
            await ShowAsync(cluster, output, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The clusters of the members. A server that does not tell its cluster is an error.</summary>
    private protected async Task<IReadOnlyList<PgCluster>> FoundAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        if (_members.Count == 0)
            return [];
        DiscoveredClusters found = await new ClusterDiscovery(Engine).DiscoverAsync(
            [.. _members.Select(Reached)], cancellationToken).ConfigureAwait(false);
        foreach (MemberAnswer lost in found.Lost)
            output.WriteError(lost.Failure!, lost.Server);
        return found.Clusters;
    }
}
