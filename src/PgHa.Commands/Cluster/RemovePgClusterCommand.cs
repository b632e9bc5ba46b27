using System.Management.Automation;
using PgHa.Engine.Cluster;
using PgHa.Engine.Procedures;

namespace PgHa.Commands;

/// <summary>Removes the servers of a cluster with all their data.</summary>
[Cmdlet(
    VerbsCommon.Remove, "PgCluster", DefaultParameterSetName = ByMember, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemovePgClusterCommand : PgClusterCommand, IManagedChange
{
    // A forgotten argument must not remove every cluster of this machine.
    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Remove;

    private protected override bool MeansAllByDefault => false;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgCluster cluster, ICommandOutput output, CancellationToken cancellationToken)
    {
        Procedure removal = await new ClusterRemoval(Engine).PlanAsync(cluster, cancellationToken).ConfigureAwait(false);
        if (!removal.IsEmpty
            && await ShouldProcessAsync(cluster.Name, "Remove the cluster and all its data", removal.ToString()).ConfigureAwait(false))
        {
            await new ProcedureRunner(Engine).RunAsync(removal, cancellationToken).ConfigureAwait(false);
        }
    }
}
