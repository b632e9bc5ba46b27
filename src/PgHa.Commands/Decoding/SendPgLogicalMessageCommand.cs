using System.Management.Automation;
using PgHa.Engine.Decoding;

namespace PgHa.Commands;

/// <summary>Writes messages for logical decoders into servers' logs.</summary>
[Cmdlet(VerbsCommunications.Send, "PgLogicalMessage", SupportsShouldProcess = true, DefaultParameterSetName = "Text")]
[OutputType(typeof(Lsn))]
public sealed class SendPgLogicalMessageCommand : PgLoginCommand
{
    /// <summary>What decoders tell these messages from others by.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNull]
    public string Prefix { get; set; } = "";

    /// <summary>The message as text.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Text")]
    [AllowEmptyString]
    public string Text { get; set; } = "";

    /// <summary>The message as bytes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Bytes")]
    [AllowEmptyCollection]
    public byte[] Bytes { get; set; } = [];

    /// <summary>Write it in a transaction of its own, and not outside of any.</summary>
    [Parameter]
    public SwitchParameter Transactional { get; set; }

    /// <summary>The database whose slots see the message; the server object's by default.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DatabaseNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Database { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(instance, $"Write a logical message with prefix '{Prefix}'").ConfigureAwait(false))
        {
            object content = ParameterSetName == "Bytes" ? Bytes : Text;
            output.Write(await LogicalMessages.SendAsync(Engine, instance, Prefix, content, Transactional, Database, cancellationToken).ConfigureAwait(false));
        }
    }
}
