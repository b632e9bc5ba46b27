using System.Management.Automation;
using PgHa.Engine.Wal;

namespace PgHa.Commands;

/// <summary>Shows how much WAL servers keep, for what reason, and which standbys need more.</summary>
[Cmdlet(VerbsCommon.Get, "PgWalRetention")]
[OutputType(typeof(WalRetention))]
public sealed class GetPgWalRetentionCommand : PgFleetCommand
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken) =>
        output.Write(await WalRetentionReader.ReadAsync(Engine, instance, cancellationToken).ConfigureAwait(false));
}
