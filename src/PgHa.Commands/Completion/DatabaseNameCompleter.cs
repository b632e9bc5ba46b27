using System.Collections;
using PgHa.Engine.Servers;

namespace PgHa.Commands;

/// <summary>Completes the name of a database of the server that is being typed.</summary>
public sealed class DatabaseNameCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        DatabaseNames.ListAsync(Engine, InstanceOf(arguments), cancellationToken);
}
