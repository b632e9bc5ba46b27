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
    [ArgumentCompleter(typeof(SettingTableCompleter))]
    [ValidateNotNullOrEmpty]
    public IDictionary Setting { get; set; } = new Hashtable();

    /// <summary>One setting's name. A piped setting has its own name.</summary>
    [Parameter(ParameterSetName = OneSetting)]
    [ArgumentCompleter(typeof(SettingNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Its value.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OneSetting)]
    [ArgumentCompleter(typeof(SettingValueCompleter))]
    [AllowNull]
    [AllowEmptyString]
    public object? Value { get; set; }

    /// <summary>A setting that Get-PgSetting emitted, which gets the value.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = OneSetting)]
    public PgSetting? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        if (ParameterSetName == OneSetting && Name.Length == 0 && InputObject is null)
            throw NoSettingNamed();
    }

    private protected override IReadOnlyDictionary<string, string?> Values() => ParameterSetName == OneSetting
        ? new Dictionary<string, string?> { [InputObject is { } setting && Name.Length == 0 ? setting.Name : Name] = Text(Value) }
        : Setting.Cast<DictionaryEntry>().ToDictionary(
            entry => entry.Key.ToString()!, entry => Text(entry.Value), StringComparer.OrdinalIgnoreCase);

    // An unquoted argument keeps its text. To PowerShell 7MB is 7340032, which PostgreSQL would read as a number of kB or pages.
    private static string? Text(object? value) => value switch
    {
        null => null,
        PSObject { BaseObject: IConvertible and not (string or bool) } number => number.ToString(),
        PSObject wrapped => Text(wrapped.BaseObject),
        SwitchParameter flag => Text(flag.ToBool()),
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Text)),
        _ => SettingText.Of(value),
    };
}
