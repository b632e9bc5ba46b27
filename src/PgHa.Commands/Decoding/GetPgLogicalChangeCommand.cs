using System.Collections;
using System.Management.Automation;
using PgHa.Engine.Decoding;

namespace PgHa.Commands;

/// <summary>Reads the changes of logical slots.</summary>
[Cmdlet(VerbsCommon.Get, "PgLogicalChange", SupportsShouldProcess = true)]
[OutputType(typeof(LogicalChange))]
public sealed class GetPgLogicalChangeCommand : PgSlotCommand
{
    // The changes go to the pipeline in batches of so many changes or characters, because each transfer wakes a thread, which
    // takes long on a busy machine. Meanwhile at most one more batch is read, so that a slow pipeline does not fill the memory.
    private const int BatchSize = 5_000;
    private const int BatchLength = 1_000_000;

    /// <summary>Leave the changes in the slot, to be read again.</summary>
    [Parameter]
    public SwitchParameter Peek { get; set; }

    /// <summary>Emit what the plugin wrote as bytes, not as text.</summary>
    [Parameter]
    public SwitchParameter Binary { get; set; }

    /// <summary>Stop after the transaction that ends at or after this position.</summary>
    [Parameter]
    public Lsn? UpToLsn { get; set; }

    /// <summary>Stop after the transaction in which this number of changes is reached.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>The options of the output plugin, by name.</summary>
    [Parameter]
    [Alias("PluginOption")]
    [ValidateNotNull]
    public IDictionary Option { get; set; } = new Hashtable();

    private protected override async Task ProcessAsync(ReplicationSlot slot, ICommandOutput output, CancellationToken cancellationToken)
    {
        if (!Peek && !await ShouldProcessAsync(slot.Server, $"Consume the changes of replication slot '{slot.Name}'").ConfigureAwait(false))
            return;

        var options = new LogicalChangeOptions
        {
            Peek = Peek,
            Binary = Binary,
            UpToLsn = UpToLsn,
            First = First,
            PluginOptions = PluginOptions.From(Option),
        };
        List<PSObject> batch = [];
        int length = 0;
        Task emitted = Task.CompletedTask;
        await LogicalChanges.ReadAsync(Engine, slot, options, AddAsync, cancellationToken, Owner).ConfigureAwait(false);
        await EmitAsync().ConfigureAwait(false);
        await emitted.ConfigureAwait(false);

        ValueTask AddAsync(LogicalChange change)
        {
            // The pipeline wants such an object of each change, and its thread has the most to do.
            batch.Add(PSObject.AsPSObject(change));
            length += change.Text?.Length ?? change.Bytes!.Length;
            return batch.Count < BatchSize && length < BatchLength ? ValueTask.CompletedTask : new ValueTask(EmitAsync());
        }

        async Task EmitAsync()
        {
            await emitted.ConfigureAwait(false);
            List<PSObject> full = batch;
            (batch, length) = (new(full.Count), 0);
            emitted = AskPipelineAsync(() =>
            {
                WriteObject(full, enumerateCollection: true);
                return full.Count;
            });
        }
    }
}
