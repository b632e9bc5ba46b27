using System.Management.Automation;
using PgHa.Engine;
using PgHa.Engine.Cluster;

namespace PgHa.Commands;

/// <summary>Builds a cluster from its definition, or the missing parts of it.</summary>
[Cmdlet(VerbsCommon.New, "PgCluster", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class NewPgClusterCommand : PgCommand, IManagedChange
{
    /// <summary>The cluster as it should be.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ClusterDefinitionTransformation]
    [ValidateNotNull]
    public ClusterDefinition? Definition { get; set; }

    /// <summary>Roles and their passwords: the replication role's, and those of further roles.</summary>
    [Parameter]
    [ValidateNotNull]
    public PSCredential[] RoleCredential { get; set; } = [];

    /// <summary>The operating system user the servers run as, where PowerShell runs as root.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerUser { get; set; }

    /// <summary>How many seconds each step waits for a server.</summary>
    [Parameter]
    [Alias("TimeoutSeconds")]
    [ValidateRange(1, 86_400)]
    public int Timeout { get; set; } = (int)EngineContext.DefaultTimeout.TotalSeconds;

    /// <summary>Does not wait until the files are on disk.</summary>
    [Parameter]
    public SwitchParameter NoSync { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    // The plan asks who is in charge: only it knows which of the nodes exist.
    ManagedOperation? IManagedChange.Operation => ManagedOperation.Build;

    /// <inheritdoc/>
    protected override TimeSpan OperationTimeout => TimeSpan.FromSeconds(Timeout);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(ICommandOutput output, CancellationToken cancellationToken)
    {
        ClusterBuild build = new(Engine);
        ClusterBuildPlan plan = await build.PlanAsync(Definition!, Options(), cancellationToken).ConfigureAwait(false);
        if (!await ShouldProcessAsync(Definition!.Name, "Build the cluster", plan.ToString()).ConfigureAwait(false))
            return;
        foreach (PgInstance node in await build.RunAsync(plan, cancellationToken).ConfigureAwait(false))
            output.Write(node);
    }

    private ClusterBuildOptions Options() => new()
    {
        Passwords = RolePasswords.Of(RoleCredential),
        ServerUser = ServerUser,
        NoSync = NoSync,
    };
}
