using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>Makes new servers services: Debian clusters, or the servers of units of systemd.</summary>
public sealed class ServiceRegistration
{
    private const string DefaultsFile = "/etc/postgresql-common/createcluster.conf";
    private const string ConfigurationRoot = "/etc/postgresql";

    private readonly EngineContext _context;
    private readonly IMachine _machine;

    /// <summary>Works in a context.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="machine">The machine of the new server; <see langword="null"/> for this one.</param>
    public ServiceRegistration(EngineContext context, PgMachine? machine) =>
        (_context, _machine) = (context, context.MachineOf(machine));

    /// <summary>Makes sure that a Debian cluster can be made. It changes nothing.</summary>
    /// <param name="name">Its name as <c>pg_lsclusters</c> shows it, such as <c>15/main</c>.</param>
    /// <param name="dataDirectory">Its data directory; Debian's own place by default.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>ProgramNotFound</c>, <c>DebianClusterExists</c>, or <c>ServiceAccessDenied</c>: this user may not make one.
    /// </exception>
    /// <exception cref="MalformedTextException">The name is none of a Debian cluster.</exception>
    public async Task<NewService> DebianClusterAsync(string name, string? dataDirectory, CancellationToken cancellationToken)
    {
        DebianCluster cluster = DebianCluster.Parse(name);
        AutomationJob.RequireHost(cluster.ConfigurationDirectory);
        IHost host = await _machine.OperatorAsync(cancellationToken).ConfigureAwait(false);
        if (host.IsWindows || await host.StatAsync(NewDebianCluster.CreateProgram, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new PgHaException(
                ErrorIds.ProgramNotFound, PgHaErrorKind.NotFound,
                $"{cluster} cannot be made: {_machine.Name} has no '{NewDebianCluster.CreateProgram}'.",
                "It belongs to the package postgresql-common of Debian and Ubuntu. Elsewhere, make a server without -DebianCluster.");
        }

        if (await host.StatAsync(cluster.ConfigurationDirectory, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new PgHaException(
                ErrorIds.DebianClusterExists, PgHaErrorKind.AlreadyExists,
                $"{cluster} exists already: its configuration is in '{cluster.ConfigurationDirectory}'.",
                "Choose another name. To fill a cluster that has no data yet, name its data directory without -DebianCluster.");
        }

        string parent = $"{ConfigurationRoot}/{cluster.Version}";
        if (await host.StatAsync(parent, cancellationToken).ConfigureAwait(false) is null)
            parent = ConfigurationRoot;
        if (!IsRoot(host) && !await host.CanWriteAsync(parent, cancellationToken).ConfigureAwait(false))
            throw AccessDenied(host, cluster.ToString(), $"'{parent}' is not writable");
        byte[]? defaults = await host.ReadFileAsync(DefaultsFile, cancellationToken).ConfigureAwait(false);
        string? configured = ConfigurationFile.Parse(defaults ?? [])["data_directory"];
        return new NewDebianCluster(cluster, dataDirectory ?? cluster.DefaultDataDirectory(configured));
    }

    /// <summary>Makes sure that a new server can become that of a unit of systemd. It changes nothing.</summary>
    /// <param name="name">The name of the unit, such as <c>postgresql-15</c>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException">
    /// <c>ServiceNotFound</c>; <c>ServiceNotUsable</c>: it runs, or names no data directory; <c>ServiceAccessDenied</c>.
    /// </exception>
    public async Task<NewService> UnitAsync(string name, CancellationToken cancellationToken)
    {
        AutomationJob.RequireHost(name);
        string id = name.EndsWith(".service", StringComparison.Ordinal) ? name : $"{name}.service";
        IHost host = await _machine.OperatorAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ServiceUnit> units =
            (await MachineServices.ReadAsync(host, cancellationToken).ConfigureAwait(false)).HasSystemd
                ? await new Systemctl(host).ShowAsync([id], cancellationToken).ConfigureAwait(false)
                : [];
        if (units is not [{ IsLoaded: true } unit])
        {
            throw new PgHaException(
                ErrorIds.ServiceNotFound, PgHaErrorKind.NotFound, $"systemd on {_machine.Name} has no unit {id}.",
                "systemctl list-unit-files '*postgres*' lists units. A Debian cluster is made with -DebianCluster.");
        }

        if (unit.DataDirectory is null || unit.IsActive)
        {
            throw new PgHaException(
                ErrorIds.ServiceNotUsable, PgHaErrorKind.InvalidState,
                unit.IsActive ? $"{unit} runs already." : $"Neither the command of {unit} nor its environment names a data directory.",
                unit.IsActive ? "Stop it (systemctl stop), and empty its data directory, if nobody needs its server."
                    : "Name it there by -D or PGDATA. A Debian cluster is made with -DebianCluster.");
        }

        return IsRoot(host) || unit.IsEnabled != false
            ? new NewSystemdService(unit)
            : throw AccessDenied(host, unit.ToString(), "only root may enable it");
    }

    /// <summary>Makes a new server, which has not been started yet, the service. If that fails, the server is removed again.</summary>
    /// <param name="made">The server, in the service's data directory.</param>
    /// <param name="service">The service.</param>
    /// <param name="elsewhere">The server's directories outside its data directory.</param>
    /// <param name="cancellationToken">Cancels, and the server is removed.</param>
    /// <returns>The server with the address that it has now.</returns>
    internal async Task<PgInstance> RegisterAsync(
        PgInstance made, NewService service, IReadOnlyList<string> elsewhere, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(made, cancellationToken).ConfigureAwait(false);
        _context.Log.Step($"Making {made} the {service.Title}");
        try
        {
            await service.RegisterAsync(_context, host, made, cancellationToken).ConfigureAwait(false);
            PgInstance found = await new InstanceFinder(_context, made.Machine).FromDirectoryAsync(
                made.DataDirectory!, cancellationToken).ConfigureAwait(false);
            return made with { SocketDirectory = found.SocketDirectory };
        }
        catch
        {
            await RemoveAsync(host, service, [made.DataDirectory!, .. elsewhere]).ConfigureAwait(false);
            throw;
        }
    }

    // The cancellation that stopped the work must not stop this. Its own failure would hide the first one.
    private async Task RemoveAsync(IHost host, NewService service, IReadOnlyList<string> directories)
    {
        try
        {
            await service.UnregisterAsync(_context, host).ConfigureAwait(false);
            foreach (string directory in directories)
                await host.DeleteDirectoryAsync(directory, CancellationToken.None).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            _context.Log.Warn($"What was made of the {service.Title} could not be removed: {e.Message}");
        }
    }

    // Programs run as the operator are root's where the operator's login may be that by sudo.
    private bool IsRoot(IHost host) => host.UserName == "root" || _machine.Value.Sudo;

    private PgHaException AccessDenied(IHost host, string service, string why) => new(
        ErrorIds.ServiceAccessDenied, PgHaErrorKind.PermissionDenied, $"{host.UserName} may not make {service}: {why}.",
        _machine.Value.IsThisMachine ? "Run PowerShell as root." : "Log in there as root, or with New-PgMachine -Sudo.");
}
