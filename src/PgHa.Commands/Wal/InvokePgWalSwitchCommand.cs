using System.Management.Automation;
using PgHa.Engine.Wal;

namespace PgHa.Commands;

/// <summary>Ends the current WAL file of primaries, so that it can be archived.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "PgWalSwitch", SupportsShouldProcess = true)]
[OutputType(typeof(WalSwitch))]
public sealed class InvokePgWalSwitchCommand : PgLoginCommand
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(instance, "End the current WAL file").ConfigureAwait(false))
            output.Write(await WalSegments.SwitchAsync(Engine, instance, cancellationToken).ConfigureAwait(false));
    }
}
