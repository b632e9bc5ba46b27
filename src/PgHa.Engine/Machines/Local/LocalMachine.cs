using System.Net.NetworkInformation;

namespace PgHa.Engine.Machines.Local;

/// <summary>The machine that PgHa runs on.</summary>
internal sealed class LocalMachine : IMachine
{
    private readonly IEngineLog? _log;

    public LocalMachine(IEngineLog? log) => _log = log;

    /// <inheritdoc/>
    public PgMachine Value => PgMachine.This;

    /// <inheritdoc/>
    public string Name => PgMachine.This.Name;

    /// <inheritdoc/>
    public Task<IHost> OperatorAsync(CancellationToken cancellationToken) => Task.FromResult<IHost>(new LocalHost(_log));

    /// <inheritdoc/>
    public Task<IHost> HostForDirectoryAsync(string directory, string? serverUser, CancellationToken cancellationToken) =>
        HostSelector.ForDirectoryAsync(directory, serverUser, cancellationToken, _log);

    /// <inheritdoc/>
    public Task<bool> OwnsAddressAsync(string host, CancellationToken cancellationToken) => Task.FromResult(ThisMachine.Is(host));

    /// <inheritdoc/>
    public Task<string> SocketDirectoryAsync(string directory, int port, CancellationToken cancellationToken) => Task.FromResult(directory);

    /// <inheritdoc/>
    public Task<IReadOnlySet<int>> ListeningPortsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlySet<int>>(
            IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet());

    /// <inheritdoc/>
    public Task<int?> ListenerOfAsync(int port, CancellationToken cancellationToken) =>
        Task.FromResult(OperatingSystem.IsLinux() ? ListeningSockets.OwnerOf(port) : null);
}
