using System.Text;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Configuration;

/// <summary>Where the configuration files are that a server really reads: in its data directory, or where its owner keeps them.</summary>
/// <remarks>
/// A data directory may hold a <c>postgresql.conf</c> that no server reads, such as one that a base backup brought along.
/// See <see href="https://www.postgresql.org/docs/current/runtime-config-file-locations.html">File Locations</see>.
/// </remarks>
internal static class ConfigurationLocation
{
    private const string DebianFiles = "/etc/postgresql/*/*/postgresql.conf";

    /// <summary>The path of <c>postgresql.conf</c> of a data directory.</summary>
    /// <param name="host">Where it is.</param>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="names">What is in the data directory.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    public static async Task<string> FindAsync(
        IHost host, string dataDirectory, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        string inside = HostPath.Combine(dataDirectory, ServerConfiguration.MainFileName);
        bool isInside = names.Contains(ServerConfiguration.MainFileName);
        bool hasStarted = names.Contains(PostmasterOptions.FileName);
        if (hasStarted && await OfLastStartAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false) is { } named)
            return named;
        // A server that runs and whose command line names no file reads the one in its data directory.
        if (isInside && hasStarted && names.Contains(PostmasterProbe.FileName))
            return inside;
        return await OfDebianAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false) ?? inside;
    }

    /// <summary>
    /// The <c>postgresql.conf</c> of Debian's cluster with this data directory; <see langword="null"/> if no cluster has it.
    /// </summary>
    public static async Task<string?> OfDebianAsync(IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        foreach ((string path, string directory) in await DebianClustersAsync(host, cancellationToken).ConfigureAwait(false))
        {
            if (await DataDirectoryPath.AreSameAsync(host, directory, dataDirectory, cancellationToken).ConfigureAwait(false))
                return path;
        }

        return null;
    }

    /// <summary>Debian's clusters: each configuration file with the data directory it names.</summary>
    public static async Task<IReadOnlyList<(string Path, string DataDirectory)>> DebianClustersAsync(
        IHost host, CancellationToken cancellationToken)
    {
        if (host.IsWindows)
            return [];
        List<(string, string)> clusters = [];
        foreach (string path in await host.FindFilesAsync([DebianFiles], cancellationToken).ConfigureAwait(false))
        {
            if (await DataDirectoryInAsync(host, path, cancellationToken).ConfigureAwait(false) is { } directory)
                clusters.Add((path, directory));
        }

        return clusters;
    }

    /// <summary>Whether a configuration file is somewhere else than in the data directory.</summary>
    public static async Task<bool> IsOutsideAsync(
        IHost host, string mainPath, string dataDirectory, CancellationToken cancellationToken) =>
        !await DataDirectoryPath.AreSameAsync(
            host, HostPath.Parent(mainPath)!, dataDirectory, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// The options with which a program of the server finds a configuration outside the data directory; none for one that is inside.
    /// </summary>
    public static async Task<IReadOnlyList<string>> OptionsForAsync(
        IHost host, ServerConfiguration configuration, string dataDirectory, CancellationToken cancellationToken) =>
        await IsOutsideAsync(host, configuration.Main.Path, dataDirectory, cancellationToken).ConfigureAwait(false)
            ? ["-c", $"config_file={configuration.Main.Path}", "-c", $"data_directory={dataDirectory}"]
            : [];

    /// <summary>The <c>pg_hba.conf</c> that a server reads.</summary>
    /// <param name="dataDirectory">Its data directory, where a relative path starts.</param>
    /// <param name="configuration">Its configuration files.</param>
    /// <param name="options">Its command line, which wins.</param>
    public static string HbaFile(string dataDirectory, ServerConfiguration configuration, IReadOnlyList<PostmasterOption> options) =>
        (PostmasterOptions.ValueOf(options, "hba_file") ?? configuration["hba_file"]) is { } configured
            ? HostPath.Combine(dataDirectory, configured)
            : HostPath.Combine(HostPath.Parent(configuration.Main.Path)!, "pg_hba.conf");

    // The file that the command line of the last start names with config_file, or by a -D that is not the data directory.
    private static async Task<string?> OfLastStartAsync(IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        byte[]? content = await host.ReadFileAsync(
            HostPath.Combine(dataDirectory, PostmasterOptions.FileName), cancellationToken).ConfigureAwait(false);
        string text = Encoding.UTF8.GetString(content ?? []);
        IReadOnlyList<PostmasterOption> options = PostmasterOptions.Parse(text);
        string? path = PostmasterOptions.ValueOf(options, "config_file")
            ?? (PostmasterOptions.DirectoryOf(text) is { } started
                && !await DataDirectoryPath.AreSameAsync(host, started, dataDirectory, cancellationToken).ConfigureAwait(false)
                ? HostPath.Combine(started, ServerConfiguration.MainFileName)
                : null);
        if (path is null || !HostPath.IsAbsolute(path))
            return null;
        string inside = HostPath.Combine(dataDirectory, ServerConfiguration.MainFileName);
        if (await DataDirectoryPath.AreSameAsync(host, path, inside, cancellationToken).ConfigureAwait(false))
            return path;
        if (await host.StatAsync(path, cancellationToken).ConfigureAwait(false) is null)
            return null;
        string? used = PostmasterOptions.ValueOf(options, "data_directory")
            ?? await DataDirectoryInAsync(host, path, cancellationToken).ConfigureAwait(false)
            ?? PostmasterOptions.DirectoryOf(text);
        return used is null || await DataDirectoryPath.AreSameAsync(host, used, dataDirectory, cancellationToken).ConfigureAwait(false)
            || !await IsAnotherServerAsync(host, used, cancellationToken).ConfigureAwait(false)
                ? path
                : null;
    }

    // A copy of a data directory has the options of the server that it was copied from. A directory that has another name for the
    // time of a repair has its own: nothing is under the name that the options know.
    private static async Task<bool> IsAnotherServerAsync(IHost host, string directory, CancellationToken cancellationToken) =>
        await host.StatAsync(
            HostPath.Combine(directory, DataDirectoryVersion.FileName), cancellationToken).ConfigureAwait(false) is not null;

    // A file that this user may not read, or that is broken, tells of no directory. It may be the file of a server that is not asked for.
    private static async Task<string?> DataDirectoryInAsync(IHost host, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is { } bytes
                ? ServerConfiguration.Parse(path, bytes)["data_directory"]
                : null;
        }
        catch (PgHaException)
        {
            return null;
        }
    }
}
