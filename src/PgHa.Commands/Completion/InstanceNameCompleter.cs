using System.Collections;
using PgHa.Engine.Instances;

namespace PgHa.Commands;

/// <summary>Completes the name of a server of this machine.</summary>
public sealed class InstanceNameCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        [
            .. (await new InstanceFinder(Engine).FindAsync(folder: null, cancellationToken).ConfigureAwait(false))
                .Select(instance => instance.Name)
                .Distinct(),
        ];
}
