using System.Text;
using PgHa.Engine.Hosts;

namespace PgHa.Engine.Logs;

/// <summary>The log as it is on the server's host, whether the server runs or not.</summary>
internal sealed class HostLogFiles : ILogFiles
{
    private readonly IHost _host;
    private readonly string _directory;

    private HostLogFiles(IHost host, string directory) => (_host, _directory) = (host, directory);

    public LogLinePrefix Prefix { get; } = LogPrefixes.Of(null, null);

    /// <summary>Finds out where the server logs.</summary>
    public static async Task<HostLogFiles> OpenAsync(IHost host, PgInstance instance, CancellationToken cancellationToken)
    {
        string dataDirectory = instance.DataDirectory!;
        byte[]? current = await host.ReadFileAsync(Path.Combine(dataDirectory, "current_logfiles"), cancellationToken).ConfigureAwait(false);
        string? stderr = current is null ? null : Encoding.UTF8.GetString(current).Split('\n').FirstOrDefault(line => line.StartsWith("stderr ", StringComparison.Ordinal));
        string directory = stderr is null ? "log" : Path.GetDirectoryName(stderr["stderr ".Length..].Trim())!;
        return new HostLogFiles(host, Path.Combine(dataDirectory, directory));
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
}
