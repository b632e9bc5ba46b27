namespace PgHa.Engine.Machines;

/// <summary>A machine that servers run on, and the way to its hosts: each is the machine as one of its users.</summary>
/// <remarks>
/// A path means something only together with its machine. So whoever has a directory has the machine too, and asks it for the host.
/// Every member of a machine that ssh reaches may fail with <c>MachineUnreachable</c>, <c>HostKeyNotTrusted</c> or
/// <c>LoginRefused</c>; the error names the machine.
/// </remarks>
public interface IMachine
{
    /// <summary>Which machine it is.</summary>
    PgMachine Value { get; }

    /// <summary>How messages name it: <c>this machine</c>, or the name of <see cref="Value"/>.</summary>
    string Name { get; }

    /// <summary>The machine as the user that PgHa runs as, or logs in as.</summary>
    Task<IHost> OperatorAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The host for a directory: the operator's own, or, where the operator can work as other users, that of the directory's owner; for a
    /// directory that does not exist yet, that of <paramref name="serverUser"/>.
    /// </summary>
    /// <param name="directory">A data directory, or where one will be.</param>
    /// <param name="serverUser">
    /// The user that the server will run as; <see cref="HostSelector.DefaultServerUser"/> by default where the operator can be another
    /// user.
    /// </param>
    /// <param name="cancellationToken">Cancels the look at the directory.</param>
    /// <exception cref="PgHaException">
    /// <c>NotDirectoryOwner</c>, <c>ServerUserNotFound</c>, <c>ServerUserNeedsRoot</c>, <c>RootCannotRunServer</c>, <c>SudoRefused</c>, or
    /// <c>HostAccessRequired</c> in Azure Automation's sandbox.
    /// </exception>
    Task<IHost> HostForDirectoryAsync(string directory, string? serverUser, CancellationToken cancellationToken);

    /// <summary>Whether a host name or address of a server means this machine, seen from this machine. No name is looked up.</summary>
    Task<bool> OwnsAddressAsync(string host, CancellationToken cancellationToken);

    /// <summary>The directory of PgHa's own machine where a Unix socket of a server on this machine is reached.</summary>
    /// <param name="directory">The socket's directory on the machine.</param>
    /// <param name="port">The server's port, which is in the socket's name.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    Task<string> SocketDirectoryAsync(string directory, int port, CancellationToken cancellationToken);

    /// <summary>The TCP ports that somebody listens on, at any address of the machine.</summary>
    Task<IReadOnlySet<int>> ListeningPortsAsync(CancellationToken cancellationToken);

    /// <summary>The process that listens on a TCP port; <see langword="null"/> if there is none, or the operator may not see it.</summary>
    Task<int?> ListenerOfAsync(int port, CancellationToken cancellationToken);
}
