using System.Collections;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Completes the name of a standby that streams from the server.</summary>
public sealed class ConnectedStandbyCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        [
            .. (await ReplicationStatusReader.ReadOneAsync(Engine, InstanceOf(arguments), cancellationToken).ConfigureAwait(false)).Standbys
                .Select(standby => standby.ApplicationName),
        ];
}
