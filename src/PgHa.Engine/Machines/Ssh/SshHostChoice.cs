using System.Runtime.Versioning;

namespace PgHa.Engine.Machines.Ssh;

/// <summary>Chooses the user for the work on a directory of another machine, as <see cref="HostSelector"/> does on this one.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SshHostChoice
{
    private const string Root = "root";

    private readonly SshMachine _machine;
    private readonly IHost _operator;
    private readonly SshLogin _login;

    public SshHostChoice(SshMachine machine, IHost operatorHost, SshLogin login)
    {
        _machine = machine;
        _operator = operatorHost;
        _login = login;
    }

    /// <summary>The host, as <see cref="IMachine.HostForDirectoryAsync"/> says.</summary>
    public async Task<IHost> ForDirectoryAsync(string directory, string? serverUser, CancellationToken cancellationToken)
    {
        FileStatus? status;
        try
        {
            status = await _operator.StatAsync(directory, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.Kind == PgHaErrorKind.PermissionDenied && _machine.Value.Sudo)
        {
            // A parent is its owner's alone. So the owner is asked by the name that it most probably has.
            return await AsAsync(serverUser ?? HostSelector.DefaultServerUser, cancellationToken).ConfigureAwait(false);
        }

        if (!_login.IsRoot && !_machine.Value.Sudo)
            return await AsSelfAsync(directory, status?.Owner, serverUser, cancellationToken).ConfigureAwait(false);
        if (status?.Owner is { } owner && owner != Root)
            return await AsAsync(owner, cancellationToken).ConfigureAwait(false);
        if (await IsDataDirectoryAsync(directory, cancellationToken).ConfigureAwait(false))
        {
            throw RootCannotRunServer(
                $"'{directory}' belongs to root",
                $"Give it to the server's user, as in: chown -R {HostSelector.DefaultServerUser} {ShellQuoting.Quote(directory)}");
        }

        return await AsAsync(serverUser ?? HostSelector.DefaultServerUser, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IHost> AsAsync(string user, CancellationToken cancellationToken)
    {
        if (user == Root)
            throw RootCannotRunServer("the server's user is root", "Name another user.");
        if (user == _login.UserName)
            return _operator;
        if (!_login.IsRoot)
            return _machine.BySudo(_login, user);
        (IHost host, bool isRoot) = await _machine.FromRootAsync(_login, user, cancellationToken).ConfigureAwait(false)
            ?? throw new PgHaException(
                ErrorIds.ServerUserNotFound, PgHaErrorKind.NotFound,
                $"There is no operating system user '{user}' on '{_machine.Name}' to run the server as.",
                $"Create it (useradd --system --create-home {user}), install PostgreSQL's packages, which do, or name another user.",
                _machine.Name);
        return isRoot ? throw RootCannotRunServer("the server's user is root", "Name another user.") : host;
    }

    private async Task<IHost> AsSelfAsync(string directory, string? owner, string? serverUser, CancellationToken cancellationToken)
    {
        // The login may make a data directory in another user's directory, such as /tmp, if the directory is writable.
        if (owner is not null && owner != _login.UserName
            && (!await _operator.CanWriteAsync(directory, cancellationToken).ConfigureAwait(false)
                || await IsDataDirectoryAsync(directory, cancellationToken).ConfigureAwait(false)))
        {
            throw new PgHaException(
                ErrorIds.NotDirectoryOwner, PgHaErrorKind.PermissionDenied,
                $"'{directory}' on '{_machine.Name}' belongs to {owner}, and the login there is {_login.UserName}.",
                OtherLogin(owner), _machine.Name);
        }

        if (serverUser is not null && serverUser != _login.UserName)
        {
            throw new PgHaException(
                ErrorIds.ServerUserNeedsRoot, PgHaErrorKind.PermissionDenied,
                $"A server on '{_machine.Name}' that runs as {serverUser} cannot be handled by the login {_login.UserName}.",
                OtherLogin(serverUser), _machine.Name);
        }

        return _operator;
    }

    private async Task<bool> IsDataDirectoryAsync(string directory, CancellationToken cancellationToken) =>
        await _operator.StatAsync($"{directory.TrimEnd('/')}/PG_VERSION", cancellationToken).ConfigureAwait(false) is not null;

    private static string OtherLogin(string user) =>
        $"Log in as {user} or as root (New-PgMachine -UserName), or let sudo do it (New-PgMachine -Sudo).";

    private PgHaException RootCannotRunServer(string because, string advice) => new(
        ErrorIds.RootCannotRunServer, PgHaErrorKind.Refused, $"PostgreSQL refuses to run as root, and {because}.", advice, _machine.Name);
}
