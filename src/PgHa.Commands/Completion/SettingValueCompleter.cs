using System.Collections;
using PgHa.Engine.Settings;

namespace PgHa.Commands;

/// <summary>Completes the value of a setting that has a list of them.</summary>
public sealed class SettingValueCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken)
    {
        string name = arguments["Name"]?.ToString() ?? "";
        IReadOnlyList<PgSetting> settings = await new SettingStore(Engine).GetAsync(
            InstanceOf(arguments), [name], cancellationToken).ConfigureAwait(false);
        PgSetting? setting = settings.FirstOrDefault(candidate => candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return setting?.Type == SettingType.Bool ? ["on", "off"] : setting?.EnumValues ?? [];
    }
}
