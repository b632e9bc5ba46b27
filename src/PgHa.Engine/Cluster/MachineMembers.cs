using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cluster;

/// <summary>
/// Finds the servers of a machine that belong to a cluster. No other server knows a standby that only restores from an
/// archive.
/// </summary>
internal sealed class MachineMembers
{
    // If PgHa runs as root, each directory takes a shell of the server's user.
    private const int Parallelism = 4;

    private readonly EngineContext _context;
    private readonly IMachine _machine;

    public MachineMembers(EngineContext context, PgMachine machine) => (_context, _machine) = (context, context.MachineOf(machine));

    /// <summary>
    /// The servers of the machine that have one of the identifiers or run on one of the ports. Directories that PgHa may not
    /// read are left out.
    /// </summary>
    /// <param name="systems">The identifiers.</param>
    /// <param name="ports">The ports.</param>
    /// <param name="known">Data directories that are known already.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    public async Task<IReadOnlyList<MemberAnswer>> FindAsync(
        IReadOnlySet<SystemIdentifier> systems, IReadOnlySet<int> ports, IReadOnlyList<string> known, CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(Parallelism);
        IHost own = await _machine.OperatorAsync(cancellationToken).ConfigureAwait(false);
        List<string> unknown = [];
        foreach (string directory in (await Finder.CandidatesAsync(folder: null, cancellationToken).ConfigureAwait(false)).Distinct())
        {
            if (!await DataDirectoryPath.IsAmongAsync(own, directory, known, cancellationToken).ConfigureAwait(false))
                unknown.Add(directory);
        }

        return [.. (await Task.WhenAll(unknown.Select(LookAsync)).ConfigureAwait(false)).OfType<MemberAnswer>()];

        async Task<MemberAnswer?> LookAsync(string directory)
        {
            await places.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await IdentifierAsync(directory, cancellationToken).ConfigureAwait(false) is { } identifier
                    && (systems.Contains(identifier) || (ports.Count > 0
                        && await PortAsync(directory, cancellationToken).ConfigureAwait(false) is { } port && ports.Contains(port)))
                    && await InstanceAsync(directory, cancellationToken).ConfigureAwait(false) is { } instance
                        ? new MemberAnswer(instance) { KnownIdentifier = identifier }
                        : null;
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>The identifier in a data directory's control file; <see langword="null"/> if there is none to be read.</summary>
    public Task<SystemIdentifier?> IdentifierAsync(string dataDirectory, CancellationToken cancellationToken) =>
        TryAsync<SystemIdentifier?>(
            dataDirectory,
            async () =>
            {
                IHost host = await _machine.HostForDirectoryAsync(
                    dataDirectory, serverUser: null, cancellationToken).ConfigureAwait(false);
                return (await ControlFile.ReadAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false)).SystemIdentifier;
            });

    /// <summary>The server of a data directory; <see langword="null"/> if it cannot be determined.</summary>
    public Task<PgInstance?> InstanceAsync(string dataDirectory, CancellationToken cancellationToken) =>
        TryAsync(
            dataDirectory,
            async () => (PgInstance?)await Finder.FromDirectoryAsync(dataDirectory, cancellationToken).ConfigureAwait(false));

    private InstanceFinder Finder => new(_context, _machine.Value);

    private Task<int?> PortAsync(string dataDirectory, CancellationToken cancellationToken) => TryAsync(
        dataDirectory,
        async () =>
        {
            IHost host = await _machine.HostForDirectoryAsync(dataDirectory, serverUser: null, cancellationToken).ConfigureAwait(false);
            return (await new PostmasterProbe(host, dataDirectory).ReadAsync(cancellationToken).ConfigureAwait(false))?.Port;
        });

    private async Task<T?> TryAsync<T>(string directory, Func<Task<T>> look)
    {
        try
        {
            return await look().ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            _context.Log.Detail($"'{directory}' is left out: {e.Message}");
            return default;
        }
    }
}
