using System.Management.Automation;
using PgHa.Engine.Origins;

namespace PgHa.Commands;

/// <summary>Sets how far the changes of replication origins are applied.</summary>
[Cmdlet(VerbsCommon.Set, "PgReplicationOrigin", SupportsShouldProcess = true)]
[OutputType(typeof(ReplicationOrigin))]
public sealed class SetPgReplicationOriginCommand : PgOriginCommand
{
    /// <summary>The position of the other server up to which everything counts as applied.</summary>
    [Parameter(Mandatory = true)]
    [Alias("Lsn")]
    public Lsn RemoteLsn { get; set; }

    /// <summary>Emit the origins as they are afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override async Task ProcessAsync(ReplicationOrigin origin, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (!await ShouldProcessAsync(
            origin.Server,
            $"Set the progress of replication origin '{origin.Name}' "
                + $"from {origin.RemoteLsn?.ToString() ?? "nothing"} to {RemoteLsn}").ConfigureAwait(false))
        {
            return;
        }

        ReplicationOrigin changed = await ReplicationOrigins.AdvanceAsync(
            Engine, origin.Server, origin.Name, RemoteLsn, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(changed);
    }
}
