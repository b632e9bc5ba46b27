using System.Collections;
using PgHa.Engine.Origins;

namespace PgHa.Commands;

/// <summary>Completes the name of a replication origin.</summary>
public sealed class OriginNameCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        [
            .. (await ReplicationOrigins.GetAsync(Engine, InstanceOf(arguments), cancellationToken).ConfigureAwait(false))
                .Select(origin => origin.Name),
        ];
}
