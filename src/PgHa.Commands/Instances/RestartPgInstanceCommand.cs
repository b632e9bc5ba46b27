using System.Management.Automation;
using PgHa.Engine.Instances;
using PgHa.Engine.Recovery;

namespace PgHa.Commands;

/// <summary>Stops servers and starts them again.</summary>
[Cmdlet(VerbsLifecycle.Restart, "PgInstance", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class RestartPgInstanceCommand : PgInstanceCommand
{
    /// <summary>What happens to the sessions.</summary>
    [Parameter]
    public StopMode Mode { get; set; } = StopMode.Fast;

    /// <summary>Emits the servers.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        await StandbyRoom.WarnAsync(Engine, instance, cancellationToken).ConfigureAwait(false);
        if (await ShouldProcessAsync(instance, $"Restart the server ({Mode})").ConfigureAwait(false))
            instance = await new InstanceControl(Engine).RestartAsync(instance, Mode, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }
}
