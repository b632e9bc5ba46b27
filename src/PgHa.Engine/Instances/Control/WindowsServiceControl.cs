using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>Control by <c>sc.exe</c>: of a server that a service of Windows starts. It has never run: see docs/compatibility.md.</summary>
/// <remarks>
/// The service is <c>pg_ctl runservice</c>, which starts the server and ends with it. <c>sc.exe</c> gives an order and does not wait. See
/// <see href="https://learn.microsoft.com/windows-server/administration/windows-commands/sc-start">sc.exe</see>.
/// </remarks>
internal sealed class WindowsServiceControl : IServerControl
{
    private const int AccessDenied = 5;
    private const int AlreadyRunning = 1056;

    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _instance;
    private readonly WindowsService _service;
    private readonly PgCtlControl _pgCtl;

    public WindowsServiceControl(EngineContext context, IHost host, PgInstance instance, WindowsService service)
    {
        (_context, _host, _instance, _service) = (context, host, instance, service);
        _pgCtl = new PgCtlControl(context, host, instance);
    }

    public string Name => _service.ToString();

    public StartLog Log => _pgCtl.Log;

    /// <summary>The services of a machine that run servers.</summary>
    public static async Task<IReadOnlyList<WindowsService>> ServicesAsync(IHost host, CancellationToken cancellationToken)
    {
        CommandResult result = await host.RunAsync(
            new HostCommand("reg.exe", "query", WindowsService.RegistryKey, "/s"), cancellationToken).ConfigureAwait(false);
        return WindowsService.Parse(result.Output);
    }

    /// <summary>Whether a service runs, or is about to.</summary>
    public static async Task<bool> RunsAsync(IHost host, WindowsService service, CancellationToken cancellationToken) =>
        WindowsService.StateIn((await host.RunAsync(
            new HostCommand("sc.exe", "query", service.Name), cancellationToken).ConfigureAwait(false)).Output)
            is WindowsServiceState.StartPending or WindowsServiceState.Running;

    public Task RequireAsync(ControlAct act, CancellationToken cancellationToken) =>
        act == ControlAct.Stop || _service.Start != WindowsServiceStart.Disabled ? Task.CompletedTask : throw new PgHaException(
            ErrorIds.ServiceNotUsable, PgHaErrorKind.Refused, $"{_instance} would not start: {_service} is disabled.",
            $"sc.exe config {_service.Name} start= demand", _instance.ToString());

    public async Task<LaunchOutcome> StartAsync(ServerLaunch launch, CancellationToken cancellationToken)
    {
        // The service gives the server its command line.
        if (launch.KeepsAllWal)
            return await _pgCtl.StartAsync(launch, cancellationToken).ConfigureAwait(false);
        CommandResult result = await ScAsync("start", cancellationToken).ConfigureAwait(false);
        return new LaunchOutcome(result.ExitCode == AlreadyRunning ? result with { ExitCode = 0 } : result, null);
    }

    public Task<bool> IsStartingAsync(CancellationToken cancellationToken) => RunsAsync(_host, _service, cancellationToken);

    // The service knows one way to stop, the fast one, and ends by itself when its server is stopped in another way.
    public Task<CommandResult> StopAsync(StopMode mode, CancellationToken cancellationToken) =>
        mode == StopMode.Fast ? ScAsync("stop", cancellationToken) : _pgCtl.StopAsync(mode, cancellationToken);

    public Task AfterStopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<LaunchOutcome?> TryRestartAsync(StopMode mode, ServerLaunch launch, CancellationToken cancellationToken) =>
        _pgCtl.TryRestartAsync(mode, launch, cancellationToken);

    public Task<CommandResult> ReloadAsync(CancellationToken cancellationToken) => _pgCtl.ReloadAsync(cancellationToken);

    public Task<CommandResult> PromoteAsync(CancellationToken cancellationToken) => _pgCtl.PromoteAsync(cancellationToken);

    private async Task<CommandResult> ScAsync(string verb, CancellationToken cancellationToken)
    {
        CommandResult result = await _host.RunAsync(
            new HostCommand("sc.exe", verb, _service.Name) { AsOperator = true, Timeout = _context.Timeout },
            cancellationToken).ConfigureAwait(false);
        return result.ExitCode != AccessDenied ? result : throw new PgHaException(
            ErrorIds.ServiceAccessDenied, PgHaErrorKind.PermissionDenied,
            $"{_instance} is controlled by {_service}, and {_host.UserName} may not {verb} that service.",
            "Run PowerShell as an administrator.", _instance.ToString());
    }
}
