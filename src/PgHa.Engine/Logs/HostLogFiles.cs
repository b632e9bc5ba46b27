using System.Text;
using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Logs;

/// <summary>The log as it is on the server's host, whether the server runs or not.</summary>
internal sealed class HostLogFiles : ILogFiles
{
    private readonly IHost _host;
    private readonly string _directory;
    private readonly string? _file;

    private HostLogFiles(IHost host, string directory, string? file, LogLinePrefix prefix) =>
        (_host, _directory, _file, Prefix) = (host, directory, file, prefix);

    public LogLinePrefix Prefix { get; }

    /// <summary>Finds out where and how the server logs, from its configuration and from <c>current_logfiles</c>.</summary>
    public static async Task<HostLogFiles> OpenAsync(IHost host, PgInstance instance, CancellationToken cancellationToken)
    {
        string dataDirectory = instance.DataDirectory!;
        ServerConfiguration? configuration = await ConfigurationAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false);
        LogLinePrefix prefix = LogPrefixes.Of(configuration?["log_line_prefix"], configuration?["log_timezone"]);
        string directory = configuration?["log_directory"]
            ?? await CurrentDirectoryAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false)
            ?? await DefaultDirectoryAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false);
        directory = HostPath.Combine(dataDirectory, directory);
        string? file = await UncollectedLog.FindAsync(host, dataDirectory, configuration, cancellationToken).ConfigureAwait(false);
        // A file in the directory is listed with the others there.
        return file is null
            || await DataDirectoryPath.AreSameAsync(host, HostPath.Parent(file)!, directory, cancellationToken).ConfigureAwait(false)
            ? new HostLogFiles(host, directory, file: null, prefix)
            : new HostLogFiles(host, HostPath.Parent(file)!, HostPath.Name(file), prefix);
    }

    public async Task<IReadOnlyList<LogFile>> ListAsync(CancellationToken cancellationToken)
    {
        List<LogFile> files = [];
        foreach (string name in await _host.ListAsync(_directory, cancellationToken).ConfigureAwait(false) ?? [])
        {
            // The logs of other servers may be in the same directory. Rotation moves the text to a file with this suffix first.
            if (_file is not null && name != _file && name != _file + ".1")
                continue;
            string path = HostPath.Combine(_directory, name);
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
            HostPath.Combine(dataDirectory, "current_logfiles"), cancellationToken).ConfigureAwait(false);
        string? line = current is null
            ? null
            : Encoding.UTF8.GetString(current).Split('\n').FirstOrDefault(text => text.StartsWith(Plain, StringComparison.Ordinal));
        return line is null ? null : HostPath.Parent(line[Plain.Length..].Trim());
    }

    private static async Task<string> DefaultDirectoryAsync(IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        string old = ServerDialect.For(ServerDialect.Oldest).DefaultLogDirectory;
        return await host.StatAsync(HostPath.Combine(dataDirectory, old), cancellationToken).ConfigureAwait(false) is not null
            ? old
            : ServerDialect.For(ServerDialect.Newest).DefaultLogDirectory;
    }
}
