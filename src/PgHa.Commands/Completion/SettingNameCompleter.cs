using System.Collections;
using PgHa.Engine.Settings;

namespace PgHa.Commands;

/// <summary>Completes the name of a setting.</summary>
public sealed class SettingNameCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken) =>
        [
            .. (await new SettingStore(Engine).GetAsync(InstanceOf(arguments), [], cancellationToken).ConfigureAwait(false))
                .Select(setting => setting.Name),
        ];
}
