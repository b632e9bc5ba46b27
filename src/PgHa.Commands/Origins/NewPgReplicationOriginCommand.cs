using System.Management.Automation;
using PgHa.Engine.Origins;

namespace PgHa.Commands;

/// <summary>Makes replication origins.</summary>
[Cmdlet(VerbsCommon.New, "PgReplicationOrigin", SupportsShouldProcess = true)]
[OutputType(typeof(ReplicationOrigin))]
public sealed class NewPgReplicationOriginCommand : PgLoginCommand
{
    /// <summary>The names.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (string name in Name)
        {
            if (await ShouldProcessAsync(instance, $"Create replication origin '{name}'").ConfigureAwait(false))
            {
                await InputGuard.RunAsync(
                    instance, output,
                    async () =>
                        output.Write(await ReplicationOrigins.CreateAsync(Engine, instance, name, cancellationToken).ConfigureAwait(false)),
                    cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
