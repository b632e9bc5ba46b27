using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Gives settings of servers new values.</summary>
[Cmdlet(VerbsCommon.Set, "PgSetting", SupportsShouldProcess = true, DefaultParameterSetName = SeveralSettings)]
[OutputType(typeof(PgInstance))]
public sealed class SetPgSettingCommand : SettingChangeCommand
{
    private const string SeveralSettings = "Several";
    private const string OneSetting = "One";
    private const long Megabyte = 1024 * 1024;

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
        // An unquoted argument keeps its text: 7MB is 7340032 to PowerShell, which PostgreSQL would take for as many kB or pages.
        PSObject { BaseObject: IConvertible and not (string or bool) } number => number.ToString(),
        PSObject wrapped => Text(wrapped.BaseObject),
        bool flag => flag ? "on" : "off",
        SwitchParameter flag => flag ? "on" : "off",
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Text)),
        int or long when Convert.ToInt64(value, CultureInfo.InvariantCulture) is >= Megabyte and var bytes && bytes % Megabyte == 0 => throw Ambiguous(bytes),
        _ => LanguagePrimitives.ConvertTo<string>(value),
    };

    // Inside a hashtable the text is lost. What was most likely meant as bytes must not become a thousand times as much.
    private static PgHaException Ambiguous(long bytes) => new(
        "AmbiguousSettingValue", PgHaErrorKind.InvalidArgument,
        $"{bytes} is {bytes / Megabyte}MB to PowerShell, but a number without a unit to PostgreSQL, which counts in kB, pages or megabytes depending on the setting.",
        $"Write it in quotes: '{bytes / Megabyte}MB', or '{bytes}' if that number is meant.");
}
