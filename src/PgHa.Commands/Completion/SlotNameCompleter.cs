using System.Collections;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Completes the name of a replication slot.</summary>
public sealed class SlotNameCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        [
            .. (await ReplicationSlots.GetAsync(Engine, InstanceOf(arguments), cancellationToken).ConfigureAwait(false))
                .Select(slot => slot.Name),
        ];
}
