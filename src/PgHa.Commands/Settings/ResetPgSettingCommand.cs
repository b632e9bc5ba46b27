using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Takes settings out of servers' configuration, so that their defaults hold.</summary>
[Cmdlet(VerbsCommon.Reset, "PgSetting", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class ResetPgSettingCommand : SettingChangeCommand
{
    /// <summary>The settings' names.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(SettingNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    private protected override IReadOnlyDictionary<string, string?> Values() =>
        Name.Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(name => name, _ => (string?)null, StringComparer.OrdinalIgnoreCase);
}
