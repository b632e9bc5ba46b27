using System.Text;
using System.Text.RegularExpressions;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Settings;

/// <summary>Where <c>postgresql.conf</c> is: in the data directory, or where Debian's packages put it.</summary>
internal static partial class ConfigurationLocation
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
        string inside = Path.Combine(dataDirectory, ServerConfiguration.MainFileName);
        if (names.Contains(ServerConfiguration.MainFileName))
            return inside;
        // The options of the last start may name the file.
        byte[]? options = await host.ReadFileAsync(
            Path.Combine(dataDirectory, PostmasterOptions.FileName), cancellationToken).ConfigureAwait(false);
        if (options is not null && ConfigFileOption().Match(Encoding.UTF8.GetString(options)) is { Success: true } match)
            return match.Groups["path"].Value;
        foreach ((string path, string directory) in await DebianClustersAsync(host, cancellationToken).ConfigureAwait(false))
        {
            if (DataDirectoryPath.AreSame(directory, dataDirectory))
                return path;
        }

        return inside;
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
            if (await host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is { } bytes
                && ServerConfiguration.Parse(path, bytes)["data_directory"] is { } directory)
            {
                clusters.Add((path, directory));
            }
        }

        return clusters;
    }

    [GeneratedRegex(@"config_file=(?<path>[^""\n]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex ConfigFileOption();
}
