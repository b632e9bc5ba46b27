using System.Collections;

namespace PgHa.Commands;

/// <summary>Completes the id of a check.</summary>
public sealed class ClusterCheckCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. ClusterChecks.All.Select(check => check.Id)]);
}
