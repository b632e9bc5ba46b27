using System.Management.Automation;
using PgHa.Engine.Settings;

namespace PgHa.Commands;

/// <summary>Shows settings of servers.</summary>
[Cmdlet(VerbsCommon.Get, "PgSetting")]
[OutputType(typeof(PgSetting))]
public sealed class GetPgSettingCommand : PgFleetCommand
{
    /// <summary>The names, with wildcards; all settings without it.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(SettingNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only settings whose new value waits for a restart.</summary>
    [Parameter]
    public SwitchParameter PendingRestart { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        string[] literals = [.. Name.Where(name => !WildcardPattern.ContainsWildcardCharacters(name))];
        WildcardPattern[] patterns = [.. Name.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase))];
        IReadOnlyList<PgSetting> settings = await new SettingStore(Engine).GetAsync(
            instance, literals, cancellationToken).ConfigureAwait(false);
        foreach (PgSetting setting in settings)
        {
            if (patterns.Any(pattern => pattern.IsMatch(setting.Name)) && (setting.PendingRestart || !PendingRestart))
                output.Write(setting);
        }
    }
}
