using System.Management.Automation;
using PgHa.Engine.Instances;

namespace PgHa.Commands;

/// <summary>Removes servers with all their data.</summary>
[Cmdlet(VerbsCommon.Remove, "PgInstance", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemovePgInstanceCommand : PgInstanceCommand
{
    /// <summary>Stops a running server first.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync($"{instance}, '{instance.DataDirectory}'", "Remove the server and all its data").ConfigureAwait(false))
            await new InstanceRemover(Engine).RemoveAsync(instance, Force, cancellationToken).ConfigureAwait(false);
    }
}
