using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Takes settings out of servers' configuration, so that their defaults hold.</summary>
[Cmdlet(VerbsCommon.Reset, "PgSetting", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class ResetPgSettingCommand : SettingChangeCommand
{
    /// <summary>The settings' names. A piped setting has its own name.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(SettingNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    // A server has a property Name too, so Name cannot be bound by property name.
    /// <summary>A setting that Get-PgSetting emitted.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PgSetting? Setting { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        if (Name.Length == 0 && Setting is null)
            throw NoSettingNamed();
    }

    private protected override IReadOnlyDictionary<string, string?> Values() =>
        (Setting is { } setting && Name.Length == 0 ? [setting.Name] : Name)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToDictionary(name => name, _ => (string?)null, StringComparer.OrdinalIgnoreCase);
}
