using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Logs;

/// <summary>The file with the log of a server that has no log collector: its standard error goes where its start sent it.</summary>
internal static class UncollectedLog
{
    /// <summary>The file; <see langword="null"/> if the collector writes the log, or no file is known.</summary>
    /// <param name="host">The server's host.</param>
    /// <param name="dataDirectory">Its data directory.</param>
    /// <param name="configuration">Its configuration; <see langword="null"/> if that cannot be read.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<string?> FindAsync(
        IHost host, string dataDirectory, ServerConfiguration? configuration, CancellationToken cancellationToken)
    {
        if (host.IsWindows || await IsCollectedAsync(host, dataDirectory, configuration, cancellationToken).ConfigureAwait(false))
            return null;
        string? file = await OfProcessAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false)
            ?? await OfDebianAsync(host, configuration, cancellationToken).ConfigureAwait(false);
        return file is not null && await host.StatAsync(file, cancellationToken).ConfigureAwait(false) is { IsDirectory: false }
            ? file
            : null;
    }

    private static async Task<string?> OfDebianAsync(
        IHost host, ServerConfiguration? configuration, CancellationToken cancellationToken) =>
        configuration is not null && DebianCluster.OfConfiguration(configuration.Main.Path) is { } cluster
            ? await SymbolicLink.TargetAsync(host, cluster.LogLink, cancellationToken).ConfigureAwait(false) ?? cluster.LogPath
            : null;

    private static async Task<bool> IsCollectedAsync(
        IHost host, string dataDirectory, ServerConfiguration? configuration, CancellationToken cancellationToken)
    {
        const string Collector = "logging_collector";
        IReadOnlyList<PostmasterOption> options =
            await StartOptions.ReadAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false);
        return (PostmasterOptions.ValueOf(options, Collector) ?? configuration?[Collector]) is { } text && SettingValue.ParseBoolean(text);
    }

    // The running server knows best: an administrator or a service manager may have sent its log anywhere.
    private static async Task<string?> OfProcessAsync(IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        var probe = new PostmasterProbe(host, dataDirectory);
        return await probe.ReadAsync(cancellationToken).ConfigureAwait(false) is { } pid
            && await probe.JudgeAsync(pid, cancellationToken).ConfigureAwait(false) == PidFileMeaning.Running
            && await SymbolicLink.TargetAsync(
                host, FormattableString.Invariant($"/proc/{pid.ProcessId}/fd/2"), cancellationToken).ConfigureAwait(false) is { } target
            && IsFile(target)
                ? target
                : null;
    }

    // A pipe or a socket has no path; a terminal and /dev/null are devices; a file system may be mounted at /dev/shm.
    private static bool IsFile(string path) => HostPath.IsAbsolute(path)
        && (!path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/dev/shm/", StringComparison.Ordinal));
}
