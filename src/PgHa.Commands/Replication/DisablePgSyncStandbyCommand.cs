using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Removes standbys from those that commits on a primary wait for. Commits that hang because of them return.</summary>
[Cmdlet(VerbsLifecycle.Disable, "PgSyncStandby", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class DisablePgSyncStandbyCommand : PgLoginCommand, IManagedChange
{
    /// <summary>The standbys to take out of those that commits wait for, by application name; all by default.</summary>
    [Parameter(Position = 0)]
    [StandbyNameTransformation]
    [ArgumentCompleter(typeof(SyncStandbyCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Standby { get; set; } = [];

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
        string whom = Standby.Length == 0 ? "any standby" : string.Join(", ", Standby);
        if (await ShouldProcessAsync(instance, $"Let commits no longer wait for {whom}").ConfigureAwait(false))
            await SynchronousReplication.DisableAsync(Engine, instance, Standby, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }
}
