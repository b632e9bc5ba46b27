using System.Management.Automation;
using PgHa.Engine.Recovery;

namespace PgHa.Commands;

/// <summary>Reads how servers are set up to recover.</summary>
[Cmdlet(VerbsCommon.Get, "PgRecoveryConf")]
[OutputType(typeof(RecoveryConfiguration))]
public sealed class GetPgRecoveryConfCommand : PgFleetCommand
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken) =>
        output.Write(await new RecoverySettings(Engine).GetAsync(instance, cancellationToken).ConfigureAwait(false));
}
