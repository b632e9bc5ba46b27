using System.Management.Automation;
using PgHa.Engine;
using PgHa.Engine.Cluster;

namespace PgHa.Commands;

/// <summary>A cmdlet that holds a cluster against its definition.</summary>
public abstract class PgDefinedClusterCommand : PgCommand
{
    /// <summary>The cluster as it should be.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ClusterDefinitionTransformation]
    [ValidateNotNull]
    public ClusterDefinition Definition { get; set; } = null!;

    /// <summary>The role to connect as, and its password.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>How many seconds to wait for a server.</summary>
    [Parameter]
    [Alias("TimeoutSeconds")]
    [ValidateRange(1, 86_400)]
    public int Timeout { get; set; } = (int)EngineContext.DefaultTimeout.TotalSeconds;

    /// <inheritdoc/>
    protected override TimeSpan OperationTimeout => TimeSpan.FromSeconds(Timeout);

    /// <summary>The cluster as it is.</summary>
    private protected async Task<ClusterObservation> ObserveAsync(CancellationToken cancellationToken)
    {
        PgCluster cluster = await new ClusterDiscovery(Engine).ObserveAsync(Definition, Reached, cancellationToken).ConfigureAwait(false);
        return await new ClusterObserver(Engine).ObserveAsync(cluster, cancellationToken).ConfigureAwait(false);
    }

    private PgInstance Reached(PgInstance instance) => Credential is { } login
        ? instance.WithLogin(login.UserName, login.GetNetworkCredential().Password)
        : instance;
}
