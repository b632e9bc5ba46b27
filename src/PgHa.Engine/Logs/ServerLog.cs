using System.Text;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Logs;

/// <summary>Reads a server's log: on its host if PgHa has access to it, even if the server is down; otherwise by SQL.</summary>
public static class ServerLog
{
    // A log may have gigabytes, and mostly its end is wanted. PgHa reads at most the last 64 MB.
    private static readonly int[] Reaches = [256 << 10, 4 << 20, 64 << 20];

    /// <summary>The entries that the filter admits, oldest first.</summary>
    /// <exception cref="PgHaException">
    /// <c>LogNotFound</c>: there is no log file; <c>LogNotCollected</c>,
    /// <c>VersionNotSupported</c>, <c>InsufficientPrivilege</c>: by SQL it cannot be read.
    /// </exception>
    public static async Task<IReadOnlyList<ServerLogEntry>> ReadAsync(
        EngineContext context, PgInstance instance, ServerLogFilter filter, CancellationToken cancellationToken)
    {
        if (instance.DataDirectory is not null)
        {
            IHost host = await context.HostOfAsync(instance, cancellationToken).ConfigureAwait(false);
            return await ReadAsync(
                instance, await HostLogFiles.OpenAsync(host, instance, cancellationToken).ConfigureAwait(false), filter,
                cancellationToken).ConfigureAwait(false);
        }

        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            return await ReadAsync(
                instance, await SqlLogFiles.OpenAsync(session, cancellationToken).ConfigureAwait(false), filter,
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<IReadOnlyList<ServerLogEntry>> ReadAsync(
        PgInstance instance, ILogFiles files, ServerLogFilter filter, CancellationToken cancellationToken)
    {
        LogFile[] newestFirst =
        [
            .. (await files.ListAsync(cancellationToken).ConfigureAwait(false))
                .Where(file => LogFile.IsPlain(file.Path))
                .OrderByDescending(file => file.ModifiedAt),
        ];
        if (newestFirst.Length == 0)
        {
            throw new PgHaException(
                ErrorIds.LogNotFound, PgHaErrorKind.NotFound, $"{instance} has no log file where its settings say.",
                "Look at log_directory and logging_collector (Get-PgSetting).", instance.ToString());
        }

        ServerLogEntry[] admitted = [];
        foreach (int reach in Reaches)
        {
            (List<ServerLogEntry> entries, bool isAll) = await ReadEndAsync(
                instance, files, newestFirst, reach, cancellationToken).ConfigureAwait(false);
            admitted = [.. entries.Where(filter.Admits).OrderBy(entry => entry.Time)];
            if (isAll || admitted.Length >= filter.Tail || entries.FirstOrDefault()?.Time < filter.Since)
                break;
        }

        return filter.Tail is { } tail ? admitted[^Math.Min(tail, admitted.Length)..] : admitted;
    }

    /// <summary>What the last bytes of the log say, and whether that is all of it.</summary>
    private static async Task<(List<ServerLogEntry> Entries, bool IsAll)> ReadEndAsync(
        PgInstance instance, ILogFiles files, LogFile[] newestFirst, int reach, CancellationToken cancellationToken)
    {
        List<ServerLogEntry> entries = [];
        int left = reach;
        foreach (LogFile file in newestFirst)
        {
            if (left <= 0)
                return (entries, false);
            byte[] bytes = await files.ReadTailAsync(file, left, cancellationToken).ConfigureAwait(false);
            string text = Encoding.UTF8.GetString(bytes);
            bool isCut = bytes.Length >= left && bytes.Length < file.Length;
            // The first line of a partial text is incomplete, so it is dropped.
            entries.InsertRange(
                0,
                ServerLogParser.Parse(instance, files.Prefix, isCut ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : text));
            if (isCut)
                return (entries, false);
            left -= bytes.Length;
        }

        return (entries, true);
    }
}
