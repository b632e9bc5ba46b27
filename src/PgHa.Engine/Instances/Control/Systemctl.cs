using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>Runs <c>systemctl</c>.</summary>
/// <remarks>See <see href="https://www.freedesktop.org/software/systemd/man/latest/systemctl.html">systemctl</see>.</remarks>
internal sealed class Systemctl
{
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(10);

    private readonly IHost _host;

    public Systemctl(IHost host) => _host = host;

    /// <summary>The units of some names or patterns. An unknown name gives a unit that is not loaded.</summary>
    public async Task<IReadOnlyList<ServiceUnit>> ShowAsync(IReadOnlyCollection<string> units, CancellationToken cancellationToken)
    {
        if (units.Count == 0)
            return [];
        CommandResult result = await _host.RunAsync(
            Command(QueryTimeout, ["show", "--property", string.Join(',', ServiceUnit.Properties), "--", .. units]),
            cancellationToken).ConfigureAwait(false);
        return ServiceUnitParser.Parse(result.Output);
    }

    /// <summary>Gives systemd an order about a unit, and waits until it is carried out.</summary>
    public Task<CommandResult> OrderAsync(string verb, ServiceUnit unit, TimeSpan timeout, CancellationToken cancellationToken) =>
        _host.RunAsync(Command(timeout, ["--no-ask-password", verb, "--", unit.Id]), cancellationToken);

    /// <summary>Gives systemd an order about a unit, and does not wait.</summary>
    public Task<CommandResult> RequestAsync(string verb, ServiceUnit unit, CancellationToken cancellationToken) =>
        _host.RunAsync(Command(QueryTimeout, ["--no-ask-password", "--no-block", verb, "--", unit.Id]), cancellationToken);

    // PgHa's own user gives the orders: root may, and the server's user mostly may not.
    private static HostCommand Command(TimeSpan timeout, IReadOnlyList<string> arguments) =>
        new("systemctl", ["--no-pager", .. arguments]) { AsOperator = true, Timeout = timeout };
}
