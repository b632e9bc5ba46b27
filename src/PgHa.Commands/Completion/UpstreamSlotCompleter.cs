using System.Collections;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Completes the name of a physical slot on the upstream that is being typed.</summary>
public sealed class UpstreamSlotCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken)
    {
        var upstream = PgInstanceTransformationAttribute.Read(arguments["Upstream"]);
        return
        [
            .. (await ReplicationSlots.GetAsync(Engine, upstream, cancellationToken).ConfigureAwait(false))
                .Where(slot => slot.Type == ReplicationSlotType.Physical).Select(slot => slot.Name),
        ];
    }
}
