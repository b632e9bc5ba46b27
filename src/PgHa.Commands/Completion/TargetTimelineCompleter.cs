using System.Collections;

namespace PgHa.Commands;

/// <summary>Completes the timelines that have a word instead of a number.</summary>
public sealed class TargetTimelineCompleter : PgCompleter
{
    private static readonly string[] Words = ["latest", "current"];

    /// <inheritdoc/>
    protected override Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(Words);
}
