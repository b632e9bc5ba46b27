using System.Text;
using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

/// <summary>Finds the servers of a machine, and reads from a data directory how its server is reached.</summary>
public sealed class InstanceFinder
{
    private const int Parallelism = 8;

    private readonly EngineContext _context;
    private readonly IMachine _machine;

    /// <summary>Works in a context, on a machine.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="machine">The machine of the servers; <see langword="null"/> for this machine.</param>
    public InstanceFinder(EngineContext context, PgMachine? machine = null) =>
        (_context, _machine) = (context, context.MachineOf(machine));

    /// <summary>The server of a data directory, with the values of the running server, or else of its configuration.</summary>
    /// <exception cref="PgHaException">
    /// <c>NotADataDirectory</c>, <c>ConfigurationMissing</c>, <c>ConfigurationInvalid</c>, or no access to the directory.
    /// </exception>
    public Task<PgInstance> FromDirectoryAsync(string dataDirectory, CancellationToken cancellationToken) =>
        ReadAsync(dataDirectory, mayBeBackup: true, cancellationToken);

    /// <summary>Whether a directory is a server's data directory.</summary>
    public async Task<bool> IsDataDirectoryAsync(string directory, CancellationToken cancellationToken)
    {
        IHost own = await _machine.OperatorAsync(cancellationToken).ConfigureAwait(false);
        string file = HostPath.Combine(directory, DataDirectoryVersion.FileName);
        return await own.StatAsync(file, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>Whether there is a directory that PgHa's user on the machine may see.</summary>
    public async Task<bool> IsDirectoryAsync(string directory, CancellationToken cancellationToken)
    {
        IHost own = await _machine.OperatorAsync(cancellationToken).ConfigureAwait(false);
        return await own.StatAsync(directory, cancellationToken).ConfigureAwait(false) is { IsDirectory: true };
    }

    /// <summary>
    /// The servers of the machine: those that run, Debian's clusters, and the data directories in a folder.
    /// Directories that this user may not read are left out, and base backups, which would be taken for servers that are down.
    /// </summary>
    /// <param name="folder">A directory with data directories in it; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    public async Task<IReadOnlyList<PgInstance>> FindAsync(string? folder, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> candidates = await CandidatesAsync(folder, cancellationToken).ConfigureAwait(false);
        return await ReadAllAsync(candidates, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The servers with a port, running or not, among Debian's clusters and those in a folder.</summary>
    internal async Task<IReadOnlyList<PgInstance>> WithPortAsync(int port, string folder, CancellationToken cancellationToken)
    {
        IHost own = await _machine.OperatorAsync(cancellationToken).ConfigureAwait(false);
        List<string> directories =
        [
            .. (await ConfigurationLocation.DebianClustersAsync(own, cancellationToken).ConfigureAwait(false))
                .Select(cluster => cluster.DataDirectory),
        ];
        foreach (string candidate in await CandidatesAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            // For root each directory of another owner would take a shell of that user's.
            if (await IsDataDirectoryAsync(candidate, cancellationToken).ConfigureAwait(false))
                directories.Add(candidate);
        }

        return [.. (await ReadAllAsync(directories, cancellationToken).ConfigureAwait(false)).Where(server => server.Port == port)];
    }

    /// <summary>The directories that may be data directories of the machine's servers; some may be named twice.</summary>
    internal async Task<IReadOnlyList<string>> CandidatesAsync(string? folder, CancellationToken cancellationToken)
    {
        IHost own = await _machine.OperatorAsync(cancellationToken).ConfigureAwait(false);
        List<string> candidates = [];
        if (folder is null)
        {
            IReadOnlyList<HostProcess> processes = await own.FindProcessesAsync(
                PostmasterCommand.MayBePostmaster, cancellationToken).ConfigureAwait(false);
            candidates.AddRange(processes.Select(PostmasterCommand.DataDirectoryOf).OfType<string>());
            candidates.AddRange((await ConfigurationLocation.DebianClustersAsync(own, cancellationToken).ConfigureAwait(false))
                .Select(cluster => cluster.DataDirectory));
        }
        else
        {
            candidates.Add(folder);
            candidates.AddRange((await own.ListAsync(folder, cancellationToken).ConfigureAwait(false) ?? [])
                // A directory that PgHa is making, or has put aside, has PgHa's prefix and is no server.
                .Where(name => !name.Contains(DirectoryPlace.OwnPrefix, StringComparison.Ordinal))
                .Select(name => HostPath.Combine(folder, name)));
        }

        return candidates;
    }

    private async Task<IReadOnlyList<PgInstance>> ReadAllAsync(IReadOnlyList<string> candidates, CancellationToken cancellationToken)
    {
        IHost own = await _machine.OperatorAsync(cancellationToken).ConfigureAwait(false);
        List<string> directories = [];
        foreach (string candidate in candidates)
        {
            if (!await DataDirectoryPath.IsAmongAsync(own, candidate, directories, cancellationToken).ConfigureAwait(false))
                directories.Add(candidate);
        }

        var read = new PgInstance?[directories.Count];
        await Parallel.ForAsync(
            0, read.Length, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (i, token) => read[i] = await TryAsync(directories[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        return [.. read.OfType<PgInstance>()];
    }

    private async Task<PgInstance> ReadAsync(string dataDirectory, bool mayBeBackup, CancellationToken cancellationToken)
    {
        string directory = HostPath.TrimEnd(dataDirectory);
        IHost host = await _machine.HostForDirectoryAsync(directory, serverUser: null, cancellationToken).ConfigureAwait(false);
        ServerVersion version = await DataDirectoryVersion.ReadAsync(host, directory, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> names = await host.ListAsync(directory, cancellationToken).ConfigureAwait(false) ?? [];
        if (!mayBeBackup && BackupLabel.IsKeptBackup(names))
            throw new PgHaException(ErrorIds.NotADataDirectory, PgHaErrorKind.NotFound, $"'{directory}' is a base backup.");
        string mainPath = await ConfigurationLocation.FindAsync(host, directory, names, cancellationToken).ConfigureAwait(false);
        ServerConfiguration configuration = await ServerConfiguration.LoadAsync(
            host, directory, mainPath, cancellationToken).ConfigureAwait(false);
        PostmasterPid? running = names.Contains(PostmasterProbe.FileName)
            ? await RunningAsync(host, directory, cancellationToken).ConfigureAwait(false)
            : null;

        IReadOnlyList<PostmasterOption> options = await StartOptions.ReadAsync(host, directory, cancellationToken).ConfigureAwait(false);
        var address = new InstanceAddress(_machine.Value, configuration, running);
        return new PgInstance
        {
            Name = NameOf(PostmasterOptions.ValueOf(options, "cluster_name") ?? configuration["cluster_name"], mainPath, directory) ?? "",
            Host = address.Host,
            Port = address.Port,
            SocketDirectory = host.IsWindows ? null : await address.SocketDirectoryAsync(host, cancellationToken).ConfigureAwait(false),
            UserName = await SuperuserAsync(
                host, ConfigurationLocation.HbaFile(directory, configuration, options), cancellationToken).ConfigureAwait(false),
            Machine = _machine.Value,
            DataDirectory = directory,
            BinDirectory = await BinDirectoryAsync(host, directory, names, version, cancellationToken).ConfigureAwait(false),
            Version = version,
        };
    }

    private async Task<PgInstance?> TryAsync(string directory, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(directory, mayBeBackup: false, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            _context.Log.Detail($"'{directory}' is left out: {e.Message}");
            return null;
        }
    }

    // The options file of a server that has run once names its programs. Without programs PgHa can still read and query the server.
    private static async Task<string?> BinDirectoryAsync(
        IHost host, string directory, IReadOnlyList<string> names, ServerVersion version, CancellationToken cancellationToken)
    {
        if (names.Contains(PostmasterOptions.FileName)
            && await host.ReadFileAsync(
                HostPath.Combine(directory, PostmasterOptions.FileName), cancellationToken).ConfigureAwait(false) is { } options
            && PostmasterOptions.ProgramOf(Encoding.UTF8.GetString(options)) is { } program
            && await host.StatAsync(program, cancellationToken).ConfigureAwait(false) is { IsDirectory: false })
        {
            return HostPath.Parent(program);
        }

        try
        {
            return (await ServerPrograms.FindServerAsync(
                host, binDirectory: null, version, cancellationToken).ConfigureAwait(false)).BinDirectory;
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.ServerProgramsNotFound)
        {
            return null;
        }
    }

    private static async Task<PostmasterPid?> RunningAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        var probe = new PostmasterProbe(host, directory);
        return await probe.ReadAsync(cancellationToken).ConfigureAwait(false) is { } pid
            && await probe.JudgeAsync(pid, cancellationToken).ConfigureAwait(false) == PidFileMeaning.Running
                ? pid
                : null;
    }

    // Debian calls a cluster by version and name, which are the last directories of its configuration's path.
    private static string? NameOf(string? clusterName, string mainPath, string directory)
    {
        if (clusterName is { Length: > 0 } name)
            return name;
        string home = HostPath.Parent(mainPath)!;
        return home == directory ? null : $"{HostPath.Name(HostPath.Parent(home) ?? "")}/{HostPath.Name(home)}";
    }

    // The rules of a server that PgHa made name the superuser. On any other server it is most likely the default one.
    private static async Task<string> SuperuserAsync(IHost host, string hbaFile, CancellationToken cancellationToken)
    {
        try
        {
            return await host.ReadFileAsync(hbaFile, cancellationToken).ConfigureAwait(false) is { } bytes
                ? InitialAccess.SuperuserOf(HbaFile.Parse(bytes)) ?? PgInstance.DefaultUserName
                : PgInstance.DefaultUserName;
        }
        catch (MalformedTextException)
        {
            return PgInstance.DefaultUserName;
        }
    }
}
