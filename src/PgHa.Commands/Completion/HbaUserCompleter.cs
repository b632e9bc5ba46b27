using System.Collections;
using PgHa.Engine.Servers;

namespace PgHa.Commands;

/// <summary>Completes the role of a rule: one of the server's, or all.</summary>
public sealed class HbaUserCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        ["all", .. await RoleNames.ListAsync(Engine, InstanceOf(arguments), cancellationToken).ConfigureAwait(false)];
}
