using PgHa.Engine.Hosts;
using PgHa.Engine.Servers;

namespace PgHa.Engine;

/// <summary>What every engine operation works with: where it tells what it does, and how long it may wait.</summary>
/// <remarks>A context belongs to one call of a command. It holds nothing that outlives the call.</remarks>
public sealed class EngineContext
{
    /// <summary>How long one operation waits for a server before it fails with <c>OperationTimeout</c>, unless it is told otherwise.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private int _hasWarnedOfMajor;

    /// <summary>A context that tells what it does to <paramref name="log"/>.</summary>
    public EngineContext(IEngineLog log) => Log = log;

    /// <summary>Where operations tell what they do.</summary>
    public IEngineLog Log { get; }

    /// <summary>The deadline of every wait for a server's state.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>How long connecting may take, until a server counts as unreachable.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The connections that are kept from session to session; <see langword="null"/>: each session connects.</summary>
    public SessionPool? Sessions { get; init; }

    /// <summary>A context whose sessions connect and hang up themselves: for what ends with its connection.</summary>
    internal EngineContext ForOwnConnection() => new(Log) { Timeout = Timeout, ConnectTimeout = ConnectTimeout };

    /// <summary>
    /// Warns of a major newer than PgHa was tested with, once: it is spoken to as the newest known one, and files that PgHa
    /// does not know the layout of are left to its own programs.
    /// </summary>
    internal void WarnOfUnknownMajor(PgInstance server, ServerVersion version)
    {
        if (version.MajorVersion > ServerDialect.Newest && Interlocked.Exchange(ref _hasWarnedOfMajor, 1) == 0)
        {
            Log.Warn(
                $"{server} is PostgreSQL {version.Major}, and this PgHa was tested with majors up to {ServerDialect.Newest.Major}: "
                + $"it is treated as PostgreSQL {ServerDialect.Newest.Major}. Look for a newer PgHa.");
        }
    }

    /// <summary>The host where a server's files and processes are.</summary>
    /// <exception cref="PgHaException"><c>HostAccessRequired</c>: the instance has no data directory, so PgHa has SQL access only.</exception>
    public Task<IHost> HostOfAsync(PgInstance instance, CancellationToken cancellationToken) =>
        HostSelector.ForInstanceAsync(instance, this, cancellationToken);
}
