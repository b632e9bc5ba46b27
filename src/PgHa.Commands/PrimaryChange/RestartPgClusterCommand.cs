using System.Management.Automation;
using PgHa.Engine.PrimaryChange;

namespace PgHa.Commands;

/// <summary>Restarts the servers of a cluster one after the other, the primary by a switchover.</summary>
[Cmdlet(VerbsLifecycle.Restart, "PgCluster", SupportsShouldProcess = true, DefaultParameterSetName = ByMember)]
[OutputType(typeof(PgCluster))]
public sealed class RestartPgClusterCommand : PgClusterCommand, IManagedChange
{
    /// <summary>The candidate: the standby that becomes the primary, by name or as a server. By default, the best one.</summary>
    [Parameter]
    [Alias("To")]
    [ValidateNotNullOrEmpty]
    [StandbyNameTransformation]
    [ArgumentCompleter(typeof(CandidateCompleter))]
    public string? Candidate { get; set; }

    /// <summary>Restarts only servers with settings that wait for it.</summary>
    [Parameter]
    public SwitchParameter PendingOnly { get; set; }

    /// <summary>Switch also where the candidate archives nothing and the old primary did.</summary>
    [Parameter]
    public SwitchParameter AllowNoArchive { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Emits the cluster as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.RollingRestart;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgCluster cluster, ICommandOutput output, CancellationToken cancellationToken)
    {
        RollingRestart restart = new(Engine);
        RollingRestartOptions options = new() { Candidate = Candidate, PendingOnly = PendingOnly, AllowNoArchive = AllowNoArchive };
        RollingRestartPlan plan = await restart.PlanAsync(cluster, options, cancellationToken).ConfigureAwait(false);
        if (!plan.IsEmpty)
        {
            if (!await ShouldProcessAsync(cluster.Name, "Restart the servers", plan.ToString()).ConfigureAwait(false))
                return;
            await restart.RunAsync(plan, token => LookAgainAsync(cluster, token), cancellationToken).ConfigureAwait(false);
        }

        if (PassThru)
            output.Write(await LookAgainAsync(cluster, cancellationToken).ConfigureAwait(false));
    }
}
