using System.Management.Automation;
using PgHa.Engine.Servers;

namespace PgHa.Commands;

/// <summary>Lists the processes of servers and what they are doing.</summary>
[Cmdlet(VerbsCommon.Get, "PgServerProcess")]
[OutputType(typeof(ServerProcess))]
public sealed class GetPgServerProcessCommand : PgFleetCommand
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (ServerProcess process in await ServerProcesses.GetAsync(Engine, instance, cancellationToken).ConfigureAwait(false))
            output.Write(process);
    }
}
