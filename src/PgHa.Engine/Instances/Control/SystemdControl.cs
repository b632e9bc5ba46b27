using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances.Control;

/// <summary>Control by <c>systemctl</c>: of a server that a unit of systemd starts.</summary>
/// <remarks>
/// systemd takes a server that is stopped without it for one that has failed. One that is started without it is lost: the unit neither
/// stops it nor knows it, and the unit's next start removes its pid file.
/// </remarks>
internal sealed class SystemdControl : IServerControl
{
    private const string Root = "root";

    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _instance;
    private readonly ServerOwner _owner;
    private readonly ServiceUnit _unit;
    private readonly IServerControl _outside;
    private readonly Systemctl _systemctl;
    private readonly StartLog _log;
    private bool _startedOutside;
    private bool _signalled;

    /// <summary>Controls a server by its unit.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="host">Where the server is.</param>
    /// <param name="instance">The server.</param>
    /// <param name="owner">Who owns it, with the unit.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="outside">The control of the server while it runs outside of its unit.</param>
    public SystemdControl(
        EngineContext context, IHost host, PgInstance instance, ServerOwner owner, ServiceUnit unit, IServerControl outside)
    {
        (_context, _host, _instance, _owner, _unit, _outside) = (context, host, instance, owner, unit, outside);
        _systemctl = new Systemctl(host);
        // A Debian cluster's unit has it log to the cluster's file; what another unit starts writes to the journal.
        _log = owner.Cluster is null ? new JournalLog(host, instance.DataDirectory!, unit) : outside.Log;
    }

    public string Name => _owner.Name;

    public StartLog Log => _startedOutside ? _outside.Log : _log;

    public async Task RequireAsync(ControlAct act, CancellationToken cancellationToken)
    {
        await _outside.RequireAsync(act, cancellationToken).ConfigureAwait(false);
        // Only an attempt proves that polkit allows an order. Starting an active unit, or stopping an inactive one, changes nothing.
        IHost own = await _context.MachineOf(_instance).OperatorAsync(cancellationToken).ConfigureAwait(false);
        if (own.UserName == Root
            || await _systemctl.OrderAsync(
                _unit.IsActive ? "start" : "stop", _unit, _context.Timeout, cancellationToken).ConfigureAwait(false) is { Succeeded: true })
        {
            return;
        }

        string verb = act.ToString().ToLowerInvariant();
        throw new PgHaException(
            ErrorIds.ServiceAccessDenied, PgHaErrorKind.PermissionDenied,
            $"{_instance} is controlled by {_unit}, and {own.UserName} may not {verb} that unit.",
            _owner.RunsOutside
                ? $"Run PowerShell as root. The server runs outside of its unit: stop it as its own user (pg_ctl stop -D "
                    + $"{ShellQuoting.Quote(_instance.DataDirectory!)}), and bring it back by: sudo systemctl start {_unit.Name}"
                : $"Run PowerShell as root, allow it by a polkit rule for org.freedesktop.systemd1.manage-units, or type: "
                    + $"sudo systemctl {verb} {_unit.Name}",
            _instance.ToString());
    }

    public async Task<LaunchOutcome> StartAsync(ServerLaunch launch, CancellationToken cancellationToken)
    {
        if (launch.KeepsAllWal)
        {
            _context.Log.Step($"{_instance} runs outside of {_unit} for a moment, because the unit gives it no options");
            _startedOutside = true;
            return await _outside.StartAsync(launch, cancellationToken).ConfigureAwait(false);
        }

        return await LaunchAsync("start", launch, cancellationToken).ConfigureAwait(false);
    }

    // For a unit of type "simple", systemctl start ends before the server's program runs. And a unit may be restarted when it fails.
    public async Task<bool> IsStartingAsync(CancellationToken cancellationToken) =>
        !_startedOutside && await ShowAsync(cancellationToken).ConfigureAwait(false) is { IsActive: true };

    public async Task<CommandResult> StopAsync(StopMode mode, CancellationToken cancellationToken)
    {
        if (StopsByUnit(mode))
            return await _systemctl.RequestAsync("stop", _unit, cancellationToken).ConfigureAwait(false);
        // systemctl knows one way to stop. So the server is told the other one, and systemd afterwards that it shall stay down.
        _signalled = true;
        return await _outside.StopAsync(mode, cancellationToken).ConfigureAwait(false);
    }

    public async Task AfterStopAsync(CancellationToken cancellationToken)
    {
        // Returns when a stop that goes on is complete. Where systemd would start the server again, this keeps it from that.
        CommandResult stopped = await _systemctl.OrderAsync("stop", _unit, _context.Timeout, cancellationToken).ConfigureAwait(false);
        if (!stopped.Succeeded)
            _context.Log.Warn($"{_instance} has stopped, but not its {_unit}: {stopped.Error.Trim()}");
        else if (_signalled)
            await ForgetFailureAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<LaunchOutcome?> TryRestartAsync(StopMode mode, ServerLaunch launch, CancellationToken cancellationToken)
    {
        if (!StopsByUnit(mode))
            return null;
        _context.Log.Step($"Restarting {_instance} by {Name}");
        return await LaunchAsync("restart", launch, cancellationToken).ConfigureAwait(false);
    }

    // The unit's own commands for these two do the same, and leave no trace in the unit. They would need root's rights.
    public Task<CommandResult> ReloadAsync(CancellationToken cancellationToken) => _outside.ReloadAsync(cancellationToken);

    public Task<CommandResult> PromoteAsync(CancellationToken cancellationToken) => _outside.PromoteAsync(cancellationToken);

    private bool StopsByUnit(StopMode mode) => !_owner.RunsOutside && mode == StopMode.Fast && _unit.StopsFast;

    private async Task<LaunchOutcome> LaunchAsync(string verb, ServerLaunch launch, CancellationToken cancellationToken)
    {
        await Log.MarkAsync(cancellationToken).ConfigureAwait(false);
        CommandResult result;
        try
        {
            result = await _systemctl.OrderAsync(verb, _unit, _context.Timeout, cancellationToken).ConfigureAwait(false);
            if (!result.Succeeded && await ShowAsync(cancellationToken).ConfigureAwait(false) is { Result: "start-limit-hit" })
            {
                // systemd starts a unit only a few times in ten seconds. A restart would end with the server stopped.
                _context.Log.Step($"{_unit} was started too often in a short time for systemd, which is told to start it all the same");
                await _systemctl.OrderAsync("reset-failed", _unit, _context.Timeout, cancellationToken).ConfigureAwait(false);
                result = await _systemctl.OrderAsync("start", _unit, _context.Timeout, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.OperationTimeout)
        {
            // systemd goes on. The caller sees how far the server is.
            return new LaunchOutcome(new CommandResult(0, "", ""), null);
        }

        PostmasterPid? pid = await new PostmasterProbe(
            _host, _instance.DataDirectory!).ReadAsync(cancellationToken).ConfigureAwait(false);
        if (result.Succeeded)
            await WarnOfLostOptionsAsync(launch, cancellationToken).ConfigureAwait(false);
        return new LaunchOutcome(result, pid);
    }

    // The unit gives the server its command line. Only a server that somebody started beside the unit had another one.
    private async Task WarnOfLostOptionsAsync(ServerLaunch launch, CancellationToken cancellationToken)
    {
        IReadOnlyList<PostmasterOption> now = await StartOptions.ReadAsync(
            _host, _instance.DataDirectory!, cancellationToken).ConfigureAwait(false);
        string[] given = [.. now.Select(option => option.ToString())];
        PostmasterOption[] lost = [.. DebianCluster.OwnOptions(launch.Last).Where(option => !given.Contains(option.ToString()))];
        if (lost.Length > 0)
        {
            _context.Log.Warn(
                $"{_instance} was started last with {string.Join(' ', lost.AsEnumerable())} on its command line, and {_unit} starts it "
                + "without: put into its files what it shall keep (Set-PgSetting).");
        }
    }

    // A server that was told to stop by another than its unit makes the unit fail. systemctl stop would not have.
    private async Task ForgetFailureAsync(CancellationToken cancellationToken)
    {
        if (await ShowAsync(cancellationToken).ConfigureAwait(false) is { HasFailed: true })
            await _systemctl.OrderAsync("reset-failed", _unit, _context.Timeout, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ServiceUnit?> ShowAsync(CancellationToken cancellationToken) =>
        (await _systemctl.ShowAsync([_unit.Id], cancellationToken).ConfigureAwait(false)) is [var unit] ? unit : null;
}
