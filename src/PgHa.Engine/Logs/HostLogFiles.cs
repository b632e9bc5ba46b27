using System.Text;
using PgHa.Engine.Machines;
using PgHa.Engine.Settings;

namespace PgHa.Engine.Logs;

/// <summary>The log as it is on the server's host, whether the server runs or not.</summary>
internal sealed class HostLogFiles : ILogFiles
{
    private readonly IHost _host;
    private readonly string _directory;

    private HostLogFiles(IHost host, string directory, LogLinePrefix prefix) => (_host, _directory, Prefix) = (host, directory, prefix);

    public LogLinePrefix Prefix { get; }

    /// <summary>Finds out where and how the server logs, from its configuration and from <c>current_logfiles</c>.</summary>
    public static async Task<HostLogFiles> OpenAsync(IHost host, PgInstance instance, CancellationToken cancellationToken)
    {
        string dataDirectory = instance.DataDirectory!;
        ServerConfiguration? configuration = await ConfigurationAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false);
        string directory = configuration?["log_directory"]
            ?? await CurrentDirectoryAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false)
            ?? await DefaultDirectoryAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false);
        LogLinePrefix prefix = LogPrefixes.Of(configuration?["log_line_prefix"], configuration?["log_timezone"]);
        return new HostLogFiles(host, Path.Combine(dataDirectory, directory), prefix);
    }

    public async Task<IReadOnlyList<LogFile>> ListAsync(CancellationToken cancellationToken)
    {
        List<LogFile> files = [];
        foreach (string name in await _host.ListAsync(_directory, cancellationToken).ConfigureAwait(false) ?? [])
        {
            string path = Path.Combine(_directory, name);
            if (await _host.StatAsync(path, cancellationToken).ConfigureAwait(false) is { IsDirectory: false } status)
                files.Add(new LogFile(path, status.Length, status.ModifiedAt));
        }

        return files;
    }

    public async Task<byte[]> ReadTailAsync(LogFile file, int maxBytes, CancellationToken cancellationToken) =>
        await _host.ReadFileTailAsync(file.Path, maxBytes, cancellationToken).ConfigureAwait(false) ?? [];

    // The log must be readable also where the configuration is broken.
    private static async Task<ServerConfiguration?> ConfigurationAsync(
        IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<string> names = await host.ListAsync(dataDirectory, cancellationToken).ConfigureAwait(false) ?? [];
            string path = await ConfigurationLocation.FindAsync(host, dataDirectory, names, cancellationToken).ConfigureAwait(false);
            return await ServerConfiguration.LoadAsync(host, dataDirectory, path, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException)
        {
            return null;
        }
    }

    // The file has lines such as "stderr log/postgresql-2026-01-02_030405.log". PostgreSQL 10 and newer writes it.
    private static async Task<string?> CurrentDirectoryAsync(IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        const string Plain = "stderr ";
        byte[]? current = await host.ReadFileAsync(
            Path.Combine(dataDirectory, "current_logfiles"), cancellationToken).ConfigureAwait(false);
        string? line = current is null
            ? null
            : Encoding.UTF8.GetString(current).Split('\n').FirstOrDefault(text => text.StartsWith(Plain, StringComparison.Ordinal));
        return line is null ? null : Path.GetDirectoryName(line[Plain.Length..].Trim());
    }

    private static async Task<string> DefaultDirectoryAsync(IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        string old = ServerDialect.For(ServerDialect.Oldest).DefaultLogDirectory;
        return await host.StatAsync(Path.Combine(dataDirectory, old), cancellationToken).ConfigureAwait(false) is not null
            ? old
            : ServerDialect.For(ServerDialect.Newest).DefaultLogDirectory;
    }
}
