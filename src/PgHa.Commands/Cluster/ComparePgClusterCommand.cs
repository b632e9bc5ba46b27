using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Shows how a cluster differs from its definition, and how to repair each difference.</summary>
[Cmdlet(VerbsData.Compare, "PgCluster")]
[OutputType(typeof(ClusterDrift))]
public sealed class ComparePgClusterCommand : PgDefinedClusterCommand
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (ClusterDrift drift in ClusterComparison.Compare(await ObserveAsync(cancellationToken).ConfigureAwait(false)))
            output.Write(drift);
    }
}
