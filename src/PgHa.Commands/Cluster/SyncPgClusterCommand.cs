using System.Management.Automation;
using PgHa.Engine.Cluster;

namespace PgHa.Commands;

/// <summary>Makes a cluster as its definition says, by the steps that disturb it least.</summary>
[Cmdlet(VerbsData.Sync, "PgCluster", SupportsShouldProcess = true)]
[OutputType(typeof(PgCluster))]
public sealed class SyncPgClusterCommand : PgDefinedClusterCommand, IManagedChange
{
    private bool _makesNodes;

    /// <summary>Restarts the primary where a setting takes that.</summary>
    [Parameter]
    public SwitchParameter AllowPrimaryRestart { get; set; }

    /// <summary>Removes slots that nobody uses and no node is set up to use.</summary>
    [Parameter]
    public SwitchParameter RemoveOrphanedSlot { get; set; }

    /// <summary>Roles and their passwords, where a role has to be made or a new standby has to be given its own.</summary>
    [Parameter]
    [ValidateNotNull]
    public PSCredential[] RoleCredential { get; set; } = [];

    /// <summary>The operating system user that new servers run as, where PowerShell runs as root.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerUser { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Emits the cluster as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    ManagedOperation? IManagedChange.Operation => _makesNodes ? ManagedOperation.Build : ManagedOperation.Definition;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        ClusterObservation before = await ObserveAsync(cancellationToken).ConfigureAwait(false);
        _makesNodes = before.Members.Any(member => member.Member.Node is not null && member.HasDataDirectory == false);
        this.RequireUnmanaged(Engine, before.Cluster);
        var sync = new ClusterSync(Engine);
        ClusterSyncPlan plan = await sync.PlanAsync(before, Options(), cancellationToken).ConfigureAwait(false);
        foreach (ClusterDrift left in plan.Left)
            Engine.Log.Warn($"{left}. {Advice(left)}");
        if (plan.Procedure.IsEmpty)
            Engine.Log.Step($"{Definition.Name}: nothing to do");
        else if (await ShouldProcessAsync(Definition.Name, "Make the cluster as it is defined", plan.ToString()).ConfigureAwait(false))
            await sync.RunAsync(plan, cancellationToken).ConfigureAwait(false);
        else
            return;
        if (PassThru)
            output.Write(plan.Procedure.IsEmpty ? before.Cluster : (await ObserveAsync(cancellationToken).ConfigureAwait(false)).Cluster);
    }

    private ClusterSyncOptions Options() => new()
    {
        AllowPrimaryRestart = AllowPrimaryRestart,
        RemoveOrphanedSlots = RemoveOrphanedSlot,
        Passwords = RolePasswords.Of(RoleCredential),
        ServerUser = ServerUser,
    };

    private static string Advice(ClusterDrift left) => left switch
    {
        { Kind: DriftKind.OrphanedSlot, Heal: not null } => "Remove it with -RemoveOrphanedSlot.",
        { NeedsRestart: true } => "It takes a restart of the primary: -AllowPrimaryRestart.",
        { Kind: DriftKind.UnknownMember } => "Take it into the definition, or remove it.",
        _ => "It is left as it is.",
    };
}
