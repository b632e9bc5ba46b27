using System.Text;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>What a server logs while it starts: first to the file that it is given, then to its own collector's.</summary>
internal class StartLog
{
    /// <summary>The directory of both files in a server that PgHa made.</summary>
    public const string DirectoryName = "log";

    private const string StartupFileName = "startup.log";
    private const int MaxBytes = 64 * 1024;

    private readonly IHost _host;
    private readonly string _dataDirectory;
    private long _startupLength;

    /// <summary>The log of a server.</summary>
    /// <param name="host">Where it is.</param>
    /// <param name="dataDirectory">The server's data directory.</param>
    /// <param name="startupPath">The file that the server is given; by default one in its data directory.</param>
    public StartLog(IHost host, string dataDirectory, string? startupPath = null)
    {
        _host = host;
        _dataDirectory = dataDirectory;
        StartupPath = startupPath ?? HostPath.Combine(dataDirectory, DirectoryName, StartupFileName);
    }

    /// <summary>The file that the server's output is redirected to.</summary>
    public string StartupPath { get; }

    /// <summary>Tells how long the file was before this start.</summary>
    public void StartsAt(long length) => _startupLength = length;

    /// <summary>Notes that a start begins now: what is in the file already is of earlier ones.</summary>
    public virtual async Task MarkAsync(CancellationToken cancellationToken) =>
        StartsAt(await LengthAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>This start's lines of both files.</summary>
    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        string startup = await StartupAsync(cancellationToken).ConfigureAwait(false);
        // Without the log collector everything is in the first file, and current_logfiles is from an earlier start.
        if (!startup.Contains("redirecting log output", StringComparison.Ordinal)
            || await CollectorPathAsync(cancellationToken).ConfigureAwait(false) is not { } path)
        {
            return startup.TrimEnd();
        }

        string collected = await TailAsync(path, MaxBytes, cancellationToken).ConfigureAwait(false);
        // A file may contain several starts. In PostgreSQL 12 and newer each begins with this line.
        int start = collected.LastIndexOf("starting PostgreSQL", StringComparison.Ordinal);
        start = start < 0 ? 0 : collected.LastIndexOf('\n', start) + 1;
        return $"{startup.TrimEnd()}\n{collected[start..].TrimEnd()}".Trim();
    }

    /// <summary>This start's lines before the collector ran.</summary>
    protected virtual async Task<string> StartupAsync(CancellationToken cancellationToken)
    {
        long grown = await LengthAsync(cancellationToken).ConfigureAwait(false) - _startupLength;
        return grown > 0 ? await TailAsync(StartupPath, (int)Math.Min(grown, MaxBytes), cancellationToken).ConfigureAwait(false) : "";
    }

    /// <summary>The last lines of a text.</summary>
    public static string LastLines(string text, int count) => string.Join('\n', text.Split('\n').TakeLast(count));

    private async Task<long> LengthAsync(CancellationToken cancellationToken) =>
        (await _host.StatAsync(StartupPath, cancellationToken).ConfigureAwait(false))?.Length ?? 0;

    private async Task<string?> CollectorPathAsync(CancellationToken cancellationToken)
    {
        // Its lines are such as "stderr log/postgresql-2024-05-01_120000.log". PostgreSQL 10 and newer writes this file.
        byte[]? current = await _host.ReadFileAsync(
            HostPath.Combine(_dataDirectory, "current_logfiles"), cancellationToken).ConfigureAwait(false);
        if (current is not null)
        {
            return Encoding.UTF8.GetString(current).Split('\n')
                .Where(line => line.StartsWith("stderr ", StringComparison.Ordinal))
                .Select(line => HostPath.Combine(_dataDirectory, line["stderr ".Length..].Trim()))
                .FirstOrDefault();
        }

        string directory = HostPath.Combine(_dataDirectory, DirectoryName);
        IReadOnlyList<string> names = await _host.ListAsync(directory, cancellationToken).ConfigureAwait(false) ?? [];
        return names.LastOrDefault(name => name.EndsWith(".log", StringComparison.Ordinal) && name != StartupFileName) is { } newest
            ? HostPath.Combine(directory, newest)
            : null;
    }

    private async Task<string> TailAsync(string path, int bytes, CancellationToken cancellationToken) =>
        await _host.ReadFileTailAsync(path, bytes, cancellationToken).ConfigureAwait(false) is { } tail
            ? Encoding.UTF8.GetString(tail)
            : "";
}
