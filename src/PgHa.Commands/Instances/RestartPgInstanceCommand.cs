using System.Management.Automation;
using PgHa.Engine.Instances;
using PgHa.Engine.Recovery;

namespace PgHa.Commands;

/// <summary>Stops servers and starts them again.</summary>
[Cmdlet(VerbsLifecycle.Restart, "PgInstance", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class RestartPgInstanceCommand : PgInstanceCommand, IManagedChange
{
    // A standby mostly replays within a moment that its primary was restarted with less.
    private static readonly TimeSpan Replay = TimeSpan.FromSeconds(10);

    /// <summary>What happens to the sessions.</summary>
    [Parameter]
    public StopMode Mode { get; set; } = StopMode.Fast;

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Emits the servers.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Restart;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        await StandbyRoom.BeforeRestartAsync(Engine, instance, Replay, cancellationToken).ConfigureAwait(false);
        if (await ShouldProcessAsync(instance, $"Restart the server ({Mode})").ConfigureAwait(false))
            instance = await new InstanceControl(Engine).RestartAsync(instance, Mode, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }
}
