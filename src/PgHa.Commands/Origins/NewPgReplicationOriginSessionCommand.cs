using System.Management.Automation;
using PgHa.Engine.Origins;

namespace PgHa.Commands;

/// <summary>Opens a session in which every transaction counts as coming from a replication origin.</summary>
[Cmdlet(VerbsCommon.New, "PgReplicationOriginSession", SupportsShouldProcess = true)]
[OutputType(typeof(ReplicationOriginSession))]
public sealed class NewPgReplicationOriginSessionCommand : PgLoginCommand
{
    /// <summary>The origin.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Origin")]
    [ArgumentCompleter(typeof(OriginNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The database to work in; the server object's by default.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DatabaseNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Database { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(instance, $"Open a session for replication origin '{Name}'").ConfigureAwait(false))
            output.Write(await OriginSession.OpenAsync(Engine, instance, Name, Database, cancellationToken).ConfigureAwait(false));
    }
}
