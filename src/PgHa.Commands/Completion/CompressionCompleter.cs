using System.Collections;

namespace PgHa.Commands;

/// <summary>Completes the methods by which a backup can be compressed.</summary>
public sealed class CompressionCompleter : PgCompleter
{
    private static readonly string[] Methods = ["gzip", "lz4", "zstd"];

    /// <inheritdoc/>
    protected override Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(Methods);
}
