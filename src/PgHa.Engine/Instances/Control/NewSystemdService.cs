using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>A unit of systemd that is there and has no server yet: the new server gets the unit's data directory.</summary>
/// <remarks>See <see href="https://www.freedesktop.org/software/systemd/man/latest/systemctl.html">systemctl</see>.</remarks>
internal sealed class NewSystemdService : NewService
{
    private readonly ServiceUnit _unit;

    public NewSystemdService(ServiceUnit unit)
        : base(unit.DataDirectory!) => _unit = unit;

    public override string Name => _unit.Name;

    internal override string Title => _unit.ToString();

    // A unit that nobody enabled, and no other unit wants, would leave the server down at the next boot.
    private bool IsToBeEnabled => _unit.IsEnabled == false;

    internal override async Task RegisterAsync(
        EngineContext context, IHost host, PgInstance made, CancellationToken cancellationToken)
    {
        if (!IsToBeEnabled)
            return;
        CommandResult result = await new Systemctl(host).OrderAsync(
            "enable", _unit, context.Timeout, cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            throw new PgHaException(
                ErrorIds.ServiceNotUsable, PgHaErrorKind.OperationFailed, $"{_unit} could not be enabled: {result.Error.Trim()}",
                "Correct what it says; nothing of the new server was left behind.", made.ToString());
        }
    }

    internal override Task UnregisterAsync(EngineContext context, IHost host) => !IsToBeEnabled
        ? Task.CompletedTask
        : new Systemctl(host).OrderAsync("disable", _unit, context.Timeout, CancellationToken.None);

    /// <summary>What is done, as a line of a plan.</summary>
    public override string ToString() => IsToBeEnabled
        ? $"Enable {_unit}, which starts it at boot"
        : $"{_unit}, whose data directory it is, starts it at boot";
}
