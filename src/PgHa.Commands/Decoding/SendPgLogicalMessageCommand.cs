using System.Management.Automation;
using PgHa.Engine.Decoding;

namespace PgHa.Commands;

/// <summary>Writes messages for logical decoding into the WAL of servers.</summary>
[Cmdlet(VerbsCommunications.Send, "PgLogicalMessage", SupportsShouldProcess = true, DefaultParameterSetName = "Text")]
[OutputType(typeof(Lsn))]
public sealed class SendPgLogicalMessageCommand : PgLoginCommand
{
    /// <summary>The prefix by which consumers recognise their messages.</summary>
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

    /// <summary>Make the message part of a transaction, instead of independent of any.</summary>
    [Parameter]
    public SwitchParameter Transactional { get; set; }

    /// <summary>The database whose slots see the message. By default, the database of the server object.</summary>
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
            output.Write(await LogicalMessages.SendAsync(
                Engine, instance, Prefix, content, Transactional, Database, cancellationToken).ConfigureAwait(false));
        }
    }
}
