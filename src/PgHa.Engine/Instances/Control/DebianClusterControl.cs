using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>
/// Control by Debian's <c>pg_ctlcluster</c>: of a cluster on a machine without systemd, or one that runs outside of its unit.
/// </summary>
/// <remarks>
/// It gives the server the cluster's configuration, environment and log file. See
/// <see href="https://manpages.debian.org/stable/postgresql-common/pg_ctlcluster.1.en.html">pg_ctlcluster</see>.
/// </remarks>
internal sealed class DebianClusterControl : IServerControl
{
    /// <summary>Where Debian has it.</summary>
    public const string Program = "/usr/bin/pg_ctlcluster";

    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _instance;
    private readonly DebianCluster _cluster;
    private readonly PgCtlControl _pgCtl;

    public DebianClusterControl(EngineContext context, IHost host, PgInstance instance, DebianCluster cluster)
    {
        (_context, _host, _instance, _cluster) = (context, host, instance, cluster);
        _pgCtl = new PgCtlControl(context, host, instance);
        Log = new StartLog(host, instance.DataDirectory!, cluster.LogPath);
    }

    public string Name => _cluster.ToString();

    public StartLog Log { get; }

    public Task RequireAsync(ControlAct act, CancellationToken cancellationToken) =>
        act == ControlAct.Stop || _cluster.StartMode != DebianStartMode.Disabled ? Task.CompletedTask : throw new PgHaException(
            "DebianClusterDisabled", PgHaErrorKind.Refused,
            $"{_instance} would not start: {_cluster} is disabled in '{_cluster.ConfigurationDirectory}/{DebianCluster.StartFileName}'.",
            "Write 'manual' into that file, or 'auto' to have it started at boot.", _instance.ToString());

    public async Task<LaunchOutcome> StartAsync(ServerLaunch launch, CancellationToken cancellationToken)
    {
        ServerLaunch own = launch with { Last = [.. DebianCluster.OwnOptions(launch.Last)] };
        IReadOnlyList<PostmasterOption> kept = StartOptions.Kept(_context.Log, _instance, own.Last, own.Kept);
        List<string> words = [.. kept.SelectMany(option => option.Words)];
        if (launch.KeepsAllWal)
            words.AddRange(["-c", launch.Dialect.KeepsAllWal]);
        await Log.MarkAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            string[] options = words.Count == 0 ? [] : ["-o", string.Join(' ', words.Select(ShellQuoting.Quote))];
            CommandResult result = await RunAsync(options, "start", cancellationToken).ConfigureAwait(false);
            return new LaunchOutcome(result, null);
        }
        catch (PgHaException e) when (e.ErrorId == "OperationTimeout")
        {
            // The server goes on. The caller sees how far it is.
            return new LaunchOutcome(new CommandResult(0, "", ""), null);
        }
    }

    public Task<CommandResult> StopAsync(StopMode mode, CancellationToken cancellationToken) =>
        RunAsync(["-m", mode.ToString().ToLowerInvariant()], "stop", cancellationToken);

    public Task AfterStopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<LaunchOutcome?> TryRestartAsync(StopMode mode, ServerLaunch launch, CancellationToken cancellationToken) =>
        _pgCtl.TryRestartAsync(mode, launch, cancellationToken);

    // pg_ctlcluster does nothing else for these two.
    public Task<CommandResult> ReloadAsync(CancellationToken cancellationToken) => _pgCtl.ReloadAsync(cancellationToken);

    public Task<CommandResult> PromoteAsync(CancellationToken cancellationToken) => _pgCtl.PromoteAsync(cancellationToken);

    // -W: pg_ctl does not wait. PgHa watches the server itself; and while pg_ctl waited, the server would be its child, and would be ended
    // with it at the end of the time.
    private Task<CommandResult> RunAsync(IReadOnlyList<string> options, string verb, CancellationToken cancellationToken) =>
        _host.RunAsync(
            new HostCommand(Program, ["--skip-systemctl-redirect", .. options, _cluster.Version, _cluster.Name, verb, "--", "-W"])
            {
                AsOperator = true,
                StartsServer = verb == "start",
                Timeout = _context.Timeout,
            },
            cancellationToken);
}
