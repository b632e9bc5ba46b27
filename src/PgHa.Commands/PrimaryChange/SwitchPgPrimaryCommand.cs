using System.Management.Automation;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Procedures;

namespace PgHa.Commands;

/// <summary>Makes a standby the primary, and the primary its standby.</summary>
[Cmdlet(VerbsCommon.Switch, "PgPrimary", SupportsShouldProcess = true, DefaultParameterSetName = ByMember)]
[OutputType(typeof(PgCluster))]
public sealed class SwitchPgPrimaryCommand : PgClusterCommand, IManagedChange
{
    /// <summary>The candidate: the standby that becomes the primary, by its name, or as a server or a member.</summary>
    [Parameter(Mandatory = true)]
    [Alias("To")]
    [ValidateNotNullOrEmpty]
    [StandbyNameTransformation]
    [ArgumentCompleter(typeof(CandidateCompleter))]
    public string Candidate { get; set; } = "";

    /// <summary>How many bytes the candidate may be behind when the switchover begins.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long MaxLagBytes { get; set; } = 16 << 20;

    /// <summary>Switch also where the candidate archives nothing and the old primary did.</summary>
    [Parameter]
    public SwitchParameter AllowNoArchive { get; set; }

    /// <summary>Give up failover slots of which the candidate has no ready copy. Their consumers have to start from scratch.</summary>
    [Parameter]
    public SwitchParameter AllowSlotLoss { get; set; }

    /// <summary>The role and password with which the old primary will stream. By default, those of the candidate.</summary>
    [Parameter]
    [Credential]
    public PSCredential? ReplicationCredential { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Emits the cluster as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Switchover;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgCluster cluster, ICommandOutput output, CancellationToken cancellationToken)
    {
        Switchover switchover = new(Engine);
        SwitchoverOptions options = new()
        {
            Candidate = Candidate,
            MaxLagBytes = MaxLagBytes,
            AllowNoArchive = AllowNoArchive,
            AllowSlotLoss = AllowSlotLoss,
        };
        if (ReplicationCredential is { } login)
            options = options.WithReplicationLogin(login.UserName, login.GetNetworkCredential().Password);
        Procedure procedure = await switchover.PlanAsync(cluster, options, cancellationToken).ConfigureAwait(false);
        if (!procedure.IsEmpty)
        {
            if (!await ShouldProcessAsync(cluster.Name, $"Make {Candidate} the primary", procedure.ToString()).ConfigureAwait(false))
                return;
            await switchover.RunAsync(procedure, cancellationToken).ConfigureAwait(false);
        }

        if (PassThru)
            output.Write(await LookAgainAsync(cluster, cancellationToken).ConfigureAwait(false));
    }
}
