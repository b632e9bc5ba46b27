using System.Management.Automation;
using PgHa.Engine.Origins;

namespace PgHa.Commands;

/// <summary>Removes replication origins and their progress.</summary>
[Cmdlet(VerbsCommon.Remove, "PgReplicationOrigin", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class RemovePgReplicationOriginCommand : PgOriginCommand
{
    private protected override async Task ProcessAsync(ReplicationOrigin origin, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(
            origin.Server,
            $"Remove replication origin '{origin.Name}' and its progress ({origin.RemoteLsn?.ToString() ?? "none"})").ConfigureAwait(false))
        {
            await ReplicationOrigins.RemoveAsync(Engine, origin.Server, origin.Name, cancellationToken).ConfigureAwait(false);
        }
    }
}
