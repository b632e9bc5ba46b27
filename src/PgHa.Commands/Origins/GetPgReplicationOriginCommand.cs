using System.Management.Automation;
using PgHa.Engine.Origins;

namespace PgHa.Commands;

/// <summary>Lists the replication origins of servers, and how far each has been applied.</summary>
[Cmdlet(VerbsCommon.Get, "PgReplicationOrigin")]
[OutputType(typeof(ReplicationOrigin))]
public sealed class GetPgReplicationOriginCommand : PgFleetCommand
{
    /// <summary>The origins, by name; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OriginNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReplicationOrigin> origins = await ReplicationOrigins.GetAsync(
            Engine, instance, cancellationToken).ConfigureAwait(false);
        foreach (ReplicationOrigin origin in OriginSelection.Select(origins, Name, instance, output))
            output.Write(origin);
    }
}
