using System.Management.Automation;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Procedures;

namespace PgHa.Commands;

/// <summary>Makes a standby the primary after the primary has died.</summary>
[Cmdlet(
    VerbsLifecycle.Invoke, "PgFailover", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = ByMember)]
[OutputType(typeof(PgCluster))]
public sealed class InvokePgFailoverCommand : PgClusterCommand, IManagedChange
{
    /// <summary>The candidate: the standby that becomes the primary, by name or as a server. By default, the best one.</summary>
    [Parameter]
    [Alias("To")]
    [ValidateNotNullOrEmpty]
    [StandbyNameTransformation]
    [ArgumentCompleter(typeof(CandidateCompleter))]
    public string? Candidate { get; set; }

    /// <summary>Confirms that the old primary cannot come back by itself. Needed where its host is out of reach.</summary>
    [Parameter]
    public SwitchParameter PrimaryIsFenced { get; set; }

    /// <summary>Continues although acknowledged commits may be lost.</summary>
    [Parameter]
    public SwitchParameter AllowDataLoss { get; set; }

    /// <summary>Fails over also where the candidate archives nothing and the old primary did.</summary>
    [Parameter]
    public SwitchParameter AllowNoArchive { get; set; }

    /// <summary>
    /// The role and password for standbys whose own password is not found. By default each standby keeps its current role.
    /// </summary>
    [Parameter]
    [Credential]
    public PSCredential? ReplicationCredential { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Emits the cluster as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Failover;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgCluster cluster, ICommandOutput output, CancellationToken cancellationToken)
    {
        Failover failover = new(Engine);
        FailoverOptions options = new()
        {
            Candidate = Candidate,
            PrimaryIsFenced = PrimaryIsFenced,
            AllowDataLoss = AllowDataLoss,
            AllowNoArchive = AllowNoArchive,
        };
        if (ReplicationCredential is { } login)
            options = options.WithReplicationLogin(login.UserName, login.GetNetworkCredential().Password);
        Procedure procedure = await failover.PlanAsync(cluster, options, cancellationToken).ConfigureAwait(false);
        if (!await ShouldProcessAsync(cluster.Name, "Make a standby the primary", procedure.ToString()).ConfigureAwait(false))
            return;
        await failover.RunAsync(procedure, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(await LookAgainAsync(cluster, cancellationToken).ConfigureAwait(false));
    }
}
