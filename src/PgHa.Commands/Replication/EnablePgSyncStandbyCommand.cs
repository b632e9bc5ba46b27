using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Makes commits on a primary wait for standbys.</summary>
[Cmdlet(VerbsLifecycle.Enable, "PgSyncStandby", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class EnablePgSyncStandbyCommand : PgLoginCommand, IManagedChange
{
    /// <summary>The standbys to add to those that commits wait for, by application name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [StandbyNameTransformation]
    [ArgumentCompleter(typeof(ConnectedStandbyCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Standby { get; set; } = [];

    /// <summary>Whether commits wait for the first standbys of the list, or for any of them.</summary>
    [Parameter]
    public SyncMethod? Method { get; set; }

    /// <summary>How many of the listed standbys a commit waits for.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int? Count { get; set; }

    /// <summary>How far the standbys have to be with a commit.</summary>
    [Parameter]
    [PostgreSqlSpelling]
    public CommitLevel? CommitLevel { get; set; }

    /// <summary>Add a standby although it does not stream. Commits will hang until it does.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Emit the server.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.SynchronousStandbys;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(instance, $"Make commits wait for {string.Join(", ", Standby)}").ConfigureAwait(false))
        {
            var request = new SyncStandbyRequest(Standby)
            {
                Method = Method,
                Count = Count,
                CommitLevel = CommitLevel,
                EvenIfCommitsHang = Force,
            };
            await SynchronousReplication.EnableAsync(Engine, instance, request, cancellationToken).ConfigureAwait(false);
        }

        if (PassThru)
            output.Write(instance);
    }
}
