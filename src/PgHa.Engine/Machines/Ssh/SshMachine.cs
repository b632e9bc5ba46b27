using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using PgHa.Engine.Machines.Local;
using PgHa.Engine.Machines.Shell;

namespace PgHa.Engine.Machines.Ssh;

/// <summary>A machine that ssh reaches.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SshMachine : IMachine
{
    private const string Root = "root";

    // The shells of a machine's users live as long as the process, as those of this machine do.
    private static readonly ConcurrentDictionary<(SshConnection Connection, string Prefix), SshPlace> Places = new();

    private readonly SshConnection _connection;
    private readonly IEngineLog? _log;
    private readonly LostMachines _lost;

    public SshMachine(PgMachine machine, IEngineLog? log, LostMachines lost)
    {
        _lost = lost;
        Value = machine;
        _connection = SshConnection.To(machine);
        _log = log;
    }

    /// <inheritdoc/>
    public PgMachine Value { get; }

    /// <inheritdoc/>
    public string Name => Value.Name;

    /// <inheritdoc/>
    public async Task<IHost> OperatorAsync(CancellationToken cancellationToken) =>
        new ShellHost(Login(await LogInAsync(cancellationToken).ConfigureAwait(false)), _log);

    /// <inheritdoc/>
    public async Task<IHost> HostForDirectoryAsync(string directory, string? serverUser, CancellationToken cancellationToken)
    {
        AutomationJob.RequireHost(directory);
        SshLogin login = await LogInAsync(cancellationToken).ConfigureAwait(false);
        return await new SshHostChoice(this, new ShellHost(Login(login), _log), login).ForDirectoryAsync(
            directory, serverUser, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> OwnsAddressAsync(string host, CancellationToken cancellationToken)
    {
        if (Loopback.Is(host) || string.Equals(host, Value.HostName, StringComparison.OrdinalIgnoreCase))
            return true;
        return MachineAddresses.Read(await AskAsync("Reading addresses", SshScripts.Addresses, [], cancellationToken).ConfigureAwait(false))
            .Has(host);
    }

    /// <inheritdoc/>
    public Task<string> SocketDirectoryAsync(string directory, int port, CancellationToken cancellationToken) =>
        _lost.LogInAsync(Value, () => _connection.ForwardAsync(directory, $".s.PGSQL.{Text(port)}", cancellationToken));

    /// <inheritdoc/>
    public async Task<IReadOnlySet<int>> ListeningPortsAsync(CancellationToken cancellationToken) =>
        (await ListenersAsync(cancellationToken).ConfigureAwait(false)).Select(listener => listener.Port).ToHashSet();

    /// <inheritdoc/>
    public async Task<int?> ListenerOfAsync(int port, CancellationToken cancellationToken)
    {
        string[] sockets =
        [
            .. (await ListenersAsync(cancellationToken).ConfigureAwait(false))
                .Where(listener => listener.Port == port).Select(listener => listener.Socket),
        ];
        return sockets.Length > 0
            && int.TryParse(
                await AskAsync("Searching processes", SshScripts.SocketOwner, sockets, cancellationToken).ConfigureAwait(false),
                CultureInfo.InvariantCulture, out int id)
            ? id
            : null;
    }

    /// <summary>The machine as a user that root becomes there; <see langword="null"/> if there is no such user.</summary>
    public async Task<(IHost Host, bool IsRoot)?> FromRootAsync(SshLogin login, string user, CancellationToken cancellationToken)
    {
        string[] lines = (await AskAsync("Searching users", SshScripts.User, [user], cancellationToken).ConfigureAwait(false)).Split('\n');
        if (lines is not [var id, var groupId, var home, ..])
            return null;
        return (HostOf(login, SshUser.FromRoot(login, user, id, groupId, home), Login(login)), id == "0");
    }

    /// <summary>The machine as a user that the login becomes by sudo.</summary>
    public IHost BySudo(SshLogin login, string user) =>
        HostOf(login, SshUser.BySudo(user), Place(login, SshUser.BySudo(Root), root: null));

    private Task<SshLogin> LogInAsync(CancellationToken cancellationToken) =>
        _lost.LogInAsync(Value, () => _connection.LoginAsync(cancellationToken));

    private ShellHost HostOf(SshLogin login, SshUser user, SshPlace root) => new(Place(login, user, root), _log);

    private SshPlace Login(SshLogin login) => Place(login, SshUser.Itself(login), root: null);

    private SshPlace Place(SshLogin login, SshUser user, SshPlace? root) =>
        Places.GetOrAdd((_connection, user.Prefix), key => new SshPlace(key.Connection, login, user, root));

    private async Task<IEnumerable<(int Port, string Socket)>> ListenersAsync(CancellationToken cancellationToken) =>
        SocketTable.Listening(
            (await AskAsync("Reading sockets", SshScripts.Sockets, [], cancellationToken).ConfigureAwait(false)).Split('\n'));

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private async Task<string> AskAsync(string action, string script, string[] arguments, CancellationToken cancellationToken)
    {
        SshPlace place = Login(await LogInAsync(cancellationToken).ConfigureAwait(false));
        ProgramRunner.Outcome outcome = await place.AskAsync(
            action, new ShellRequest(script, arguments), cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(outcome.Output);
    }
}
