using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Asks servers which system they belong to, over a replication connection.</summary>
[Cmdlet(VerbsCommon.Get, "PgSystemIdentity")]
[OutputType(typeof(SystemIdentity))]
public sealed class GetPgSystemIdentityCommand : PgFleetCommand
{
    /// <summary>The database of a logical replication connection; without it, the connection is physical, as a standby's is.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DatabaseNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Database { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken) =>
        output.Write(await SystemIdentityReader.ReadAsync(Engine, instance, Database, cancellationToken).ConfigureAwait(false));
}
