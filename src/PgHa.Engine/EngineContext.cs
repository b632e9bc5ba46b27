using PgHa.Engine.Hosts;

namespace PgHa.Engine;

/// <summary>What every engine operation works with: where it tells what it does, and how long it may wait.</summary>
/// <remarks>A context belongs to one call of a command. It holds no connection and nothing that outlives the call.</remarks>
public sealed class EngineContext
{
    /// <summary>How long one operation waits for a server before it fails with <c>OperationTimeout</c>, unless it is told otherwise.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>A context that tells what it does to <paramref name="log"/>.</summary>
    public EngineContext(IEngineLog log) => Log = log;

    /// <summary>Where operations tell what they do.</summary>
    public IEngineLog Log { get; }

    /// <summary>The deadline of every wait for a server's state.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>How long connecting may take, until a server counts as unreachable.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The host where a server's files and processes are.</summary>
    /// <exception cref="PgHaException"><c>HostAccessRequired</c>: the instance has no data directory, so PgHa has SQL access only.</exception>
    public Task<IHost> HostOfAsync(PgInstance instance, CancellationToken cancellationToken) =>
        HostSelector.ForInstanceAsync(instance, this, cancellationToken);
}
