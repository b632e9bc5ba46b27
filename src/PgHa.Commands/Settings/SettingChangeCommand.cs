using System.Management.Automation;
using PgHa.Engine.Recovery;
using PgHa.Engine.Settings;

namespace PgHa.Commands;

/// <summary>A cmdlet that changes settings of servers.</summary>
public abstract class SettingChangeCommand : PgLoginCommand, IManagedChange
{
    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    /// <summary>Emits the servers.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The new values by name; <see langword="null"/> for a setting's default.</summary>
    private protected abstract IReadOnlyDictionary<string, string?> Values();

    ManagedOperation? IManagedChange.Operation => ManagedOperations.OfSettings([.. Values().Keys]);

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string?> values = Values();
        IReadOnlyList<PgSetting> changed = await new SettingStore(Engine).SetAsync(
            instance, values, plan => ShouldProcessAsync(instance, "Change settings", plan), cancellationToken).ConfigureAwait(false);
        if (changed.Count > 0 && values.Keys.Any(StandbyRequirement.IsAbout))
            await StandbyRoom.WarnAsync(Engine, instance, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }

    private protected static PgHaException NoSettingNamed() => new(
        ErrorIds.NoSettingNamed, PgHaErrorKind.InvalidArgument,
            "No setting is named.", "Give its name, or pipe in what Get-PgSetting emits.");
}
