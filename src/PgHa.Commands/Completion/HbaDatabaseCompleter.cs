using System.Collections;
using PgHa.Engine.Servers;

namespace PgHa.Commands;

/// <summary>Completes the database of a rule: one of the server's, or a word that stands for several.</summary>
public sealed class HbaDatabaseCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        ["all", "replication", .. await DatabaseNames.ListAsync(Engine, InstanceOf(arguments), cancellationToken).ConfigureAwait(false)];
}
