using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Shows the members of a cluster: what they are, where their WAL comes from, and how far they are.</summary>
[Cmdlet(VerbsCommon.Get, "PgCluster", DefaultParameterSetName = ByMember)]
[OutputType(typeof(PgCluster))]
public sealed class GetPgClusterCommand : PgClusterCommand
{
    /// <inheritdoc/>
    protected override Task ProcessAsync(PgCluster cluster, ICommandOutput output, CancellationToken cancellationToken)
    {
        output.Write(cluster);
        return Task.CompletedTask;
    }
}
