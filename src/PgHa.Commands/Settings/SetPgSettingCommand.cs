using System.Collections;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Gives settings of servers new values.</summary>
[Cmdlet(VerbsCommon.Set, "PgSetting", SupportsShouldProcess = true, DefaultParameterSetName = SeveralSettings)]
[OutputType(typeof(PgInstance))]
public sealed class SetPgSettingCommand : SettingChangeCommand
{
    private const string SeveralSettings = "Several";
    private const string OneSetting = "One";

    /// <summary>Values by name: <c>@{ wal_level = 'replica'; max_wal_senders = 10 }</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = SeveralSettings)]
    [ValidateNotNullOrEmpty]
    public IDictionary Setting { get; set; } = new Hashtable();

    /// <summary>One setting's name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OneSetting)]
    [ArgumentCompleter(typeof(SettingNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Its value.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OneSetting)]
    [ArgumentCompleter(typeof(SettingValueCompleter))]
    [AllowNull]
    [AllowEmptyString]
    public object? Value { get; set; }

    private protected override IReadOnlyDictionary<string, string?> Values() => ParameterSetName == OneSetting
        ? new Dictionary<string, string?> { [Name] = Text(Value) }
        : Setting.Cast<DictionaryEntry>().ToDictionary(entry => entry.Key.ToString()!, entry => Text(entry.Value), StringComparer.OrdinalIgnoreCase);

    // As PostgreSQL writes them: booleans as on and off, lists with commas.
    private static string? Text(object? value) => value switch
    {
        null => null,
        PSObject wrapped => Text(wrapped.BaseObject),
        bool flag => flag ? "on" : "off",
        SwitchParameter flag => flag ? "on" : "off",
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Text)),
        _ => LanguagePrimitives.ConvertTo<string>(value),
    };
}
