using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PgHa.Engine.Settings;

namespace PgHa.Commands;

/// <summary>Completes the name of a setting to a table of it and its value, to be edited.</summary>
/// <remarks>PowerShell has no completion for the keys of a hashtable.</remarks>
public sealed class SettingTableCompleter : PgCompleter
{
    private readonly Dictionary<string, string> _values = [];

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken)
    {
        foreach (PgSetting setting in await new SettingStore(Engine).GetAsync(
            InstanceOf(arguments), [], cancellationToken).ConfigureAwait(false))
        {
            _values[setting.Name] = setting.Value;
        }

        return [.. _values.Keys];
    }

    /// <inheritdoc/>
    protected override CompletionResult Completed(string candidate) => new(
        $"@{{ {Key(candidate)} = '{CodeGeneration.EscapeSingleQuotedStringContent(_values[candidate])}' }}",
        candidate, CompletionResultType.ParameterValue, $"{candidate} = {_values[candidate]}");

    // A setting of an extension has a dot in its name.
    private static string Key(string name) => name.Contains('.', StringComparison.Ordinal) ? $"'{name}'" : name;
}
