using PgHa.Engine.Instances.Control;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine;

/// <summary>What every engine operation needs: the log, the timeouts and the connections.</summary>
/// <remarks>A context belongs to one call of a command. It holds nothing that outlives the call.</remarks>
public sealed class EngineContext
{
    /// <summary>
    /// How long one operation waits for a server before it fails with <c>OperationTimeout</c>, by default.
    /// </summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>How many servers an operation works with at the same time, by default.</summary>
    /// <remarks>
    /// Connecting is mostly waiting: this many keep two cores busy, and a long list does not open all its connections at once.
    /// </remarks>
    public const int DefaultThrottleLimit = 16;

    private int _hasWarnedOfMajor;

    /// <summary>A context whose operations write to <paramref name="log"/>.</summary>
    public EngineContext(IEngineLog log) => Log = log;

    /// <summary>The log of the operations.</summary>
    public IEngineLog Log { get; }

    /// <summary>The deadline of every wait for a server's state.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>
    /// How many servers an operation works with at the same time; <see langword="null"/> for as many as it chooses.
    /// </summary>
    public int? ThrottleLimit { get; init; }

    /// <summary>How long connecting may take, until a server counts as unreachable; never longer than <see cref="Timeout"/>.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The connections that are kept from session to session; <see langword="null"/>: each session connects.</summary>
    public SessionPool? Sessions { get; init; }

    /// <summary>Whether to change also what somebody else manages: the command's <c>-EvenIfManaged</c>.</summary>
    public bool EvenIfManaged { get; init; }

    /// <summary>What is known about who starts and stops the servers.</summary>
    internal OwnerMemory Owners { get; } = new();

    /// <summary>The machines that did not answer this call.</summary>
    internal LostMachines LostMachines { get; init; } = new();

    /// <summary>A context whose sessions have connections of their own: for objects that end with their connection.</summary>
    internal EngineContext ForOwnConnection() => new(Log)
    {
        Timeout = Timeout,
        ConnectTimeout = ConnectTimeout,
        LostMachines = LostMachines,
    };

    /// <summary>
    /// Warns once of a major version newer than those that PgHa was tested with. PgHa treats such a server as one of the newest known
    /// major, and has the server's own programs read files with an unknown layout.
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
    /// <exception cref="PgHaException">
    /// <c>HostAccessRequired</c>: the instance has no data directory, so PgHa has SQL access only.
    /// </exception>
    public Task<IHost> HostOfAsync(PgInstance instance, CancellationToken cancellationToken) =>
        instance.DataDirectory is { } directory
            ? MachineOf(instance).HostForDirectoryAsync(directory, serverUser: null, cancellationToken)
            : throw new PgHaException(
                ErrorIds.HostAccessRequired,
                PgHaErrorKind.InvalidArgument,
                $"This needs access to the host of {instance}, and the instance has no data directory.",
                "Name its data directory, and its machine if that is another one.",
                instance.ToString());

    /// <summary>The machine that a server is on.</summary>
    internal IMachine MachineOf(PgInstance instance) => MachineOf(instance.Machine);

    /// <summary>A machine, by default this one. Its hosts tell this context's log what they run.</summary>
    internal IMachine MachineOf(PgMachine? machine) => Machine.Of(machine, Log, LostMachines);
}
