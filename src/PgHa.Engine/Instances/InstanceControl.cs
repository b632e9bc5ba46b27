using PgHa.Engine.Configuration;
using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

/// <summary>Tells what a server is doing, and starts, stops, restarts and reloads it.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-pg-ctl.html">pg_ctl</see>.</remarks>
public sealed class InstanceControl
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public InstanceControl(EngineContext context) => _context = context;

    /// <summary>What the server is doing.</summary>
    /// <exception cref="PgHaException"><c>HostAccessRequired</c>.</exception>
    public async Task<InstanceStatus> GetStatusAsync(PgInstance instance, CancellationToken cancellationToken) => await GetStatusAsync(
        instance, await _context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>What the server is doing, by a host that may have read its files already.</summary>
    internal async Task<InstanceStatus> GetStatusAsync(PgInstance instance, IHost host, CancellationToken cancellationToken)
    {
        var probe = new PostmasterProbe(host, instance.DataDirectory!);
        if (await probe.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } pid)
        {
            return new InstanceStatus(
                await probe.HasProcessAsync(cancellationToken).ConfigureAwait(false) ? InstanceState.Starting : InstanceState.Stopped,
                null);
        }

        return await probe.JudgeAsync(pid, cancellationToken).ConfigureAwait(false) switch
        {
            PidFileMeaning.Stale => new InstanceStatus(InstanceState.Crashed, pid),
            PidFileMeaning.CopyOfAnother => new InstanceStatus(InstanceState.Stopped, pid),
            _ => new InstanceStatus(await StateAsync(instance, host, pid, cancellationToken).ConfigureAwait(false), pid),
        };
    }

    /// <summary>Who starts and stops the server: <c>pg_ctl</c>, a unit of systemd, or a Debian cluster.</summary>
    /// <exception cref="PgHaException"><c>HostAccessRequired</c>.</exception>
    public async Task<string> OwnerAsync(PgInstance instance, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
        return (await ServerControls.OfAsync(_context, host, instance, cancellationToken).ConfigureAwait(false)).Name;
    }

    /// <summary>Starts the server and waits until it answers SQL or, as a cold standby, replays. One that runs is left alone.</summary>
    /// <returns>The server with the port and the socket it really has; they may have been changed since the instance was made.</returns>
    /// <exception cref="PgHaException">
    /// <c>PortInUse</c>, <c>LeftoverRecoveryConf</c>, <c>StandbySettingsTooLow</c>, <c>ConfigurationInvalid</c>,
    /// <c>OperationTimeout</c> and whatever else the log explains (<see cref="StartFailure"/>); the inner exception has the log's lines.
    /// </exception>
    public Task<PgInstance> StartAsync(PgInstance instance, CancellationToken cancellationToken) =>
        StartAsync(instance, KeptOptions.None, cancellationToken);

    /// <summary>Starts a server that PgHa has stopped; see <see cref="StartAsync(PgInstance, CancellationToken)"/>.</summary>
    /// <param name="instance">The server.</param>
    /// <param name="kept">The part of its last command line that it keeps.</param>
    /// <param name="cancellationToken">Ends the wait; the server goes on starting.</param>
    internal Task<PgInstance> StartAsync(PgInstance instance, KeptOptions kept, CancellationToken cancellationToken) =>
        StartAsync(instance, kept, keepsAllWal: false, cancellationToken);

    /// <summary>Starts a server that keeps all WAL as long as it runs this time.</summary>
    internal async Task<PgInstance> StartKeepingWalAsync(PgInstance instance, KeptOptions kept, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
        string options = HostPath.Combine(instance.DataDirectory!, PostmasterOptions.FileName);
        byte[]? before = await host.ReadFileAsync(options, cancellationToken).ConfigureAwait(false);
        try
        {
            return await StartAsync(instance, kept, keepsAllWal: true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // pg_ctl restart reads the server's options from postmaster.opts.
            if (before is null)
                await host.DeleteFileAsync(options, CancellationToken.None).ConfigureAwait(false);
            else
                await host.WriteFileAsync(options, before, mode: null, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<PgInstance> StartAsync(PgInstance instance, KeptOptions kept, bool keepsAllWal, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
        var starter = new InstanceStarter(_context, host, instance, this, kept) { KeepsAllWal = keepsAllWal };
        return Reached(instance, host, await starter.StartAsync(cancellationToken).ConfigureAwait(false));
    }

    private static PgInstance Reached(PgInstance instance, IHost host, PostmasterPid pid) =>
        instance with { Port = pid.Port ?? instance.Port, SocketDirectory = host.IsWindows ? null : pid.SocketDirectory };

    /// <summary>Stops the server and waits until it has. One that does not run is left alone.</summary>
    /// <exception cref="PgHaException"><c>OperationTimeout</c>: it is still shutting down; the message says why.</exception>
    public async Task StopAsync(PgInstance instance, StopMode mode, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
        await new InstanceStopper(_context, host, instance, this).StopAsync(mode, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Stops the server, if it runs, and starts it with the command line that it had;
    /// see <see cref="StartAsync(PgInstance, CancellationToken)"/>.
    /// </summary>
    /// <exception cref="PgHaException"><c>ConfigurationInvalid</c>: it could not start again, and was not stopped.</exception>
    public Task<PgInstance> RestartAsync(PgInstance instance, StopMode mode, CancellationToken cancellationToken) =>
        RestartAsync(instance, mode, KeptOptions.All, cancellationToken);

    /// <summary>Stops the server, if it runs, and starts it, even if it is cancelled once the server has stopped.</summary>
    internal async Task<PgInstance> RestartAsync(PgInstance instance, StopMode mode, KeptOptions kept, CancellationToken cancellationToken)
    {
        // Before the stop: a server that runs is better than one that does not start again.
        IHost host = await _context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
        // Both start a program, and the context keeps who the owner is.
        await Task.WhenAll(
            ConfigurationCheck.RequireAsync(host, instance, kept, cancellationToken),
            new OwnerFinder(_context, host, instance).FindAsync(cancellationToken)).ConfigureAwait(false);
        var starter = new InstanceStarter(_context, host, instance, this, kept);
        if (await starter.TryRestartAsync(mode, cancellationToken).ConfigureAwait(false) is { } pid)
            return Reached(instance, host, pid);
        await StopAsync(instance, mode, cancellationToken).ConfigureAwait(false);
        // A command that is ended from here on leaves no server down: the start has a time limit of its own.
        return await StartAsync(instance, kept, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>
    /// Has the server read its configuration files again; does not wait for it. A server that has no process reads them when it starts.
    /// </summary>
    public async Task ReloadAsync(PgInstance instance, CancellationToken cancellationToken)
    {
        if (instance.DataDirectory is null)
        {
            ServerSession session = await ServerSession.OpenAsync(_context, instance, cancellationToken).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
                await session.ScalarAsync<bool>("select pg_reload_conf()", cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!(await GetStatusAsync(instance, cancellationToken).ConfigureAwait(false)).HasProcess)
            return;
        IHost host = await _context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
        IServerControl control = await ServerControls.OfAsync(_context, host, instance, cancellationToken).ConfigureAwait(false);
        CommandResult result = await control.ReloadAsync(cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            throw new PgHaException(
                ErrorIds.ReloadFailed, PgHaErrorKind.OperationFailed, $"{instance} could not be told to reload: {result.Error.Trim()}",
                "Look at its log (Get-PgServerLog). What was changed in its files holds from the next reload or restart on.",
                instance.ToString());
        }
    }

    private async Task<InstanceState> StateAsync(PgInstance instance, IHost host, PostmasterPid pid, CancellationToken cancellationToken) =>
        await DialectAsync(instance, host, cancellationToken).ConfigureAwait(false) is { HasPostmasterStatusLine: false }
            ? await StateBySessionAsync(instance with { Port = pid.Port ?? instance.Port }, cancellationToken).ConfigureAwait(false)
            : pid.Status switch
            {
                PostmasterStatus.Ready => InstanceState.Running,
                PostmasterStatus.Standby => InstanceState.ColdStandby,
                PostmasterStatus.Stopping => InstanceState.Stopping,
                _ => InstanceState.Starting,
            };

    internal static async Task<ServerDialect> DialectAsync(PgInstance instance, IHost host, CancellationToken cancellationToken) =>
        ServerDialect.For(
            instance.Version
                ?? await DataDirectoryVersion.ReadAsync(host, instance.DataDirectory!, cancellationToken).ConfigureAwait(false));

    // PostgreSQL 9.6 has no state in postmaster.pid, so a connection decides. A cold standby looks as if it were always starting.
    private async Task<InstanceState> StateBySessionAsync(PgInstance instance, CancellationToken cancellationToken)
    {
        try
        {
            ServerSession session = await ServerSession.OpenAsync(_context, instance, cancellationToken).ConfigureAwait(false);
            await session.DisposeAsync().ConfigureAwait(false);
            return InstanceState.Running;
        }
        catch (PgHaException e)
        {
            return e.ErrorId is ErrorIds.ServerAnswersNoSql or ErrorIds.ServerUnreachable ? InstanceState.Starting : InstanceState.Running;
        }
    }
}
