using System.Collections;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Completes the name of an output plugin that is installed on the server that is being typed.</summary>
public sealed class OutputPluginCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        await OutputPlugins.ListAsync(Engine, InstanceOf(arguments), cancellationToken).ConfigureAwait(false)
            ?? [LogicalSlotOptions.DefaultPlugin];
}
