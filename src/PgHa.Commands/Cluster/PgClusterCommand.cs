using System.Management.Automation;
using PgHa.Engine.Cluster;
using PgHa.Engine.Instances;

namespace PgHa.Commands;

/// <summary>A cmdlet whose subject is a cluster: as a definition names it, or discovered from its members.</summary>
public abstract class PgClusterCommand : PgClusterLoginCommand
{
    private protected const string ByMember = "Member";
    private protected const string ByDefinition = "Definition";
    private protected const string ByCluster = "Cluster";

    private readonly List<PgInstance> _members = [];
    private bool _hasInput;

    /// <summary>At least one member of each cluster. By default, all servers of this machine.</summary>
    [Parameter(ParameterSetName = ByMember, Position = 1, ValueFromPipeline = true)]
    [Alias("Server")]
    [PgInstanceTransformation(Others = new[] { typeof(PgCluster), typeof(ClusterDefinition) })]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [ValidateNotNullOrEmpty]
    public PgInstance[] Instance { get; set; } = [];

    /// <summary>Machines to look for members on, besides this one and those of the servers that are named.</summary>
    [Parameter(ParameterSetName = ByMember)]
    [ValidateNotNullOrEmpty]
    public PgMachine[] Machine { get; set; } = [];

    /// <summary>The definition of the cluster.</summary>
    [Parameter(ParameterSetName = ByDefinition, Mandatory = true, ValueFromPipeline = true)]
    [ClusterDefinitionTransformation(Others = new[] { typeof(PgInstance), typeof(PgCluster) })]
    [ValidateNotNull]
    public ClusterDefinition Definition { get; set; } = null!;

    /// <summary>A cluster that <c>Get-PgCluster</c> has emitted. Its members are asked again.</summary>
    [Parameter(ParameterSetName = ByCluster, Mandatory = true, ValueFromPipeline = true)]
    [ClusterTransformation]
    [ValidateNotNull]
    public PgCluster Cluster { get; set; } = null!;

    /// <summary>Whether the command works on every cluster of this machine if no member is named.</summary>
    private protected virtual bool MeansAllByDefault => true;

    /// <summary>The work on one cluster, as it is now.</summary>
    protected abstract Task ProcessAsync(PgCluster cluster, ICommandOutput output, CancellationToken cancellationToken);

    // All inputs are handled together, because several of them may be members of one cluster.
    private protected sealed override bool Collect()
    {
        _members.AddRange(Instance);
        _hasInput = ParameterSetName == ByMember;
        return _hasInput;
    }

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        PgCluster cluster = ParameterSetName == ByCluster
            ? await LookAgainAsync(Cluster, cancellationToken).ConfigureAwait(false)
            : await new ClusterDiscovery(Engine).ObserveAsync(Definition, Reached, cancellationToken).ConfigureAwait(false);
        await ProcessGuardedAsync(cluster, output, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A cluster as it is now.</summary>
    private protected Task<PgCluster> LookAgainAsync(PgCluster cluster, CancellationToken cancellationToken) =>
        new ClusterDiscovery(Engine).ObserveAgainAsync(cluster, Reached, cancellationToken);

    /// <inheritdoc/>
    protected sealed override async Task FinishAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        // The pipeline was empty, or an error about the parameters has been reported already.
        if (!_hasInput)
            return;
        if (_members.Count == 0 && !MeansAllByDefault)
        {
            throw Terminating(
                new PgHaException(
                    ErrorIds.ClusterNotNamed, PgHaErrorKind.InvalidArgument, "No cluster is named.",
                    "Name one of its members, or its definition with -Definition."),
                null);
        }

        IReadOnlyList<PgInstance> members = _members.Count > 0
            ? _members
            : await OnMachinesAsync(output, cancellationToken).ConfigureAwait(false);
        DiscoveredClusters found = await new ClusterDiscovery(Engine, Machine).DiscoverAsync(
            [.. members.Select(Reached)], cancellationToken).ConfigureAwait(false);
        foreach (PgCluster cluster in found.Clusters)
            await ProcessGuardedAsync(cluster, output, cancellationToken).ConfigureAwait(false);
        foreach (MemberAnswer lost in found.Lost)
            await WriteLostAsync(lost, output).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<PgInstance>> OnMachinesAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        if (Machine.Length == 0)
            return await new InstanceFinder(Engine).FindAsync(folder: null, cancellationToken).ConfigureAwait(false);
        List<PgInstance> members = [];
        foreach (PgMachine machine in Machine)
        {
            await InputGuard.RunAsync(
                machine, output,
                async () => members.AddRange(
                    await new InstanceFinder(Engine, machine).FindAsync(folder: null, cancellationToken).ConfigureAwait(false)),
                cancellationToken).ConfigureAwait(false);
        }

        return members;
    }

    /// <summary>Reports a server that did not tell its cluster.</summary>
    private protected virtual Task WriteLostAsync(MemberAnswer lost, ICommandOutput output)
    {
        output.WriteError(lost.Failure!, lost.Server);
        return Task.CompletedTask;
    }

    private Task ProcessGuardedAsync(PgCluster cluster, ICommandOutput output, CancellationToken cancellationToken)
    {
        this.RequireUnmanaged(Engine, cluster);
        return ProcessAsync(cluster, output, cancellationToken);
    }
}
