using System.Collections;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Completes the name of a standby that commits wait for.</summary>
public sealed class SyncStandbyCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        [
            .. (await ReplicationStatusReader.ReadOneAsync(Engine, InstanceOf(arguments), cancellationToken).ConfigureAwait(false))
                .SynchronousStandbyNames?.Names ?? [],
        ];
}
