using System.Management.Automation;
using PgHa.Engine.Archiving;

namespace PgHa.Commands;

/// <summary>Tells whether the WAL of servers gets into their archives, and what is wrong if not.</summary>
[Cmdlet(VerbsCommon.Get, "PgArchiveStatus")]
[OutputType(typeof(ArchiveStatus))]
public sealed class GetPgArchiveStatusCommand : PgFleetCommand
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        ArchiveStatus status = await ArchiveStatusReader.ReadAsync(Engine, instance, cancellationToken).ConfigureAwait(false);
        output.Write(await ToolArchiveStatus.CompleteAsync(Engine, status, cancellationToken).ConfigureAwait(false));
    }
}
