using System.Collections;
using PgHa.Engine.Wal;

namespace PgHa.Commands;

/// <summary>Completes the number of a timeline that the server's data went through.</summary>
public sealed class TimelineCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        [
            .. (await TimelineHistoryReader.ReadAsync(Engine, InstanceOf(arguments), asked: null, cancellationToken).ConfigureAwait(false))
                .Select(line => line.Timeline.ToString()),
        ];
}
