using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;

namespace PgHa.Engine.Instances.Control;

/// <summary>Control by <c>pg_ctl</c>, as the server's own user: of a server that no service manager knows.</summary>
internal sealed class PgCtlControl : IServerControl
{
    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _instance;

    public PgCtlControl(EngineContext context, IHost host, PgInstance instance)
    {
        _context = context;
        _host = host;
        _instance = instance;
        Log = new StartLog(host, Directory);
    }

    public string Name => ServerOwner.Nobody.Name;

    public StartLog Log { get; }

    private string Directory => _instance.DataDirectory!;

    // PgHa works as the server's user, who may signal the server's processes.
    public Task RequireAsync(ControlAct act, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<LaunchOutcome> StartAsync(ServerLaunch launch, CancellationToken cancellationToken)
    {
        if (!launch.Names.Contains(StartLog.DirectoryName))
            await _host.CreateDirectoryAsync(HostPath.Combine(Directory, StartLog.DirectoryName), cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PostmasterOption> kept = StartOptions.Kept(_context.Log, _instance, launch.Last, launch.Kept);
        List<string> options = [.. kept.SelectMany(option => option.Words)];
        if (launch.KeepsAllWal)
            options.AddRange(["-c", launch.Dialect.KeepsAllWal]);
        string main = await ConfigurationLocation.FindAsync(_host, Directory, launch.Names, cancellationToken).ConfigureAwait(false);
        bool isDefault = main == HostPath.Combine(Directory, ServerConfiguration.MainFileName);
        if (!isDefault && PostmasterOptions.ValueOf(kept, "config_file") is null)
            options.AddRange(["-c", $"config_file={main}"]);

        // An older server stays in PgHa's session, where Ctrl+C at the prompt would shut it down.
        bool ownSession = !launch.Dialect.LeavesSessionAtStart && (!_host.Machine.IsThisMachine || OperatingSystem.IsLinux());
        PgCtl pgCtl = await ProgramAsync(cancellationToken).ConfigureAwait(false);
        (CommandResult result, long logLength, PostmasterPid? pid) =
            await pgCtl.StartAsync(
                Log.StartupPath, string.Join(' ', options.Select(ShellQuoting.Quote)), ownSession, _context.Timeout,
                cancellationToken).ConfigureAwait(false);
        Log.StartsAt(logLength);
        return new LaunchOutcome(result, pid);
    }

    // The server's process is there when pg_ctl start has ended.
    public Task<bool> IsStartingAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    public async Task<CommandResult> StopAsync(StopMode mode, CancellationToken cancellationToken)
    {
        PgCtl pgCtl = await ProgramAsync(cancellationToken).ConfigureAwait(false);
        return await pgCtl.StopAsync(mode, _context.Timeout, cancellationToken).ConfigureAwait(false);
    }

    public Task AfterStopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // pg_ctl restart would stop the server without a word about what it waits for.
    public Task<LaunchOutcome?> TryRestartAsync(StopMode mode, ServerLaunch launch, CancellationToken cancellationToken) =>
        Task.FromResult<LaunchOutcome?>(null);

    public async Task<CommandResult> ReloadAsync(CancellationToken cancellationToken)
    {
        PgCtl pgCtl = await ProgramAsync(cancellationToken).ConfigureAwait(false);
        return await pgCtl.ReloadAsync(_context.Timeout, cancellationToken).ConfigureAwait(false);
    }

    public async Task<CommandResult> PromoteAsync(CancellationToken cancellationToken)
    {
        PgCtl pgCtl = await ProgramAsync(cancellationToken).ConfigureAwait(false);
        return await pgCtl.PromoteAsync(_context.Timeout, cancellationToken).ConfigureAwait(false);
    }

    private async Task<PgCtl> ProgramAsync(CancellationToken cancellationToken) =>
        new(_host, await ProgramPath.OfAsync(_host, _instance, "pg_ctl", cancellationToken).ConfigureAwait(false), Directory);
}
