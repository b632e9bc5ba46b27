using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Cloning;

/// <summary>Copies files of a running server, several at the same time. A file that the server removes meanwhile is no failure.</summary>
internal sealed class FileCopier
{
    private const string NameStart = "./";

    // The server replaces a file, such as postgresql.auto.conf, by a rename.
    private static readonly string[] Harmless = ["No such file or directory", "as it was replaced while being copied"];

    // When xargs has run a program that failed. Each failure is told on the error stream.
    private const int SomeFailed = 123;

    private const int Attempts = 5;

    // Every sequence of bytes can be a file's name, and comes back as it was.
    private static readonly Encoding NameEncoding = Encoding.Latin1;

    // More of them than processors use the time in which a disk makes others wait.
    private static readonly int Programs = Math.Clamp(Environment.ProcessorCount, 2, 8);

    private readonly IHost _host;
    private readonly PgInstance _source;
    private readonly string _clone;
    private readonly bool _isDurable;

    /// <param name="host">The machine of both servers, as their user.</param>
    /// <param name="source">The server that is copied.</param>
    /// <param name="clone">The directory of the copy, for messages.</param>
    /// <param name="isDurable">Files that are copied are on disk.</param>
    public FileCopier(IHost host, PgInstance source, string clone, bool isDurable) =>
        (_host, _source, _clone, _isDurable) = (host, source, clone, isDurable);

    /// <summary>All files and directories below a directory, without symbolic links.</summary>
    public async Task<IReadOnlyList<CopiedFile>> ListAsync(string directory, CancellationToken cancellationToken)
    {
        const int TypeBits = 0xF000, DirectoryType = 0x4000;
        string listing = await RunAsync(CopyScripts.List, [directory], [], cancellationToken).ConfigureAwait(false);
        List<CopiedFile> files = [];
        foreach (string line in listing.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ', 3) is [var mode, var length, var name] && name.StartsWith(NameStart, StringComparison.Ordinal))
            {
                int bits = int.Parse(mode, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                bool isDirectory = (bits & TypeBits) == DirectoryType;
                files.Add(new CopiedFile(
                    name[NameStart.Length..], isDirectory ? 0 : long.Parse(length, CultureInfo.InvariantCulture), isDirectory));
            }
            // The line belongs to the name before it, which contains a line break.
            else if (files.Count > 0)
            {
                files[^1] = files[^1] with { Path = $"{files[^1].Path}\n{line}" };
            }
        }

        return files;
    }

    /// <summary>Copies files and directories, and makes sure that every one that the server did not remove has been copied.</summary>
    /// <param name="files">What to copy.</param>
    /// <param name="from">The directory they are in.</param>
    /// <param name="to">The directory of the copies, which is there.</param>
    /// <param name="mode">The mode of directories.</param>
    /// <param name="copied">Is told the bytes of each portion.</param>
    /// <param name="cancellationToken">Ends the programs.</param>
    /// <exception cref="PgHaException"><c>DiskFull</c>, <c>BaseBackupFailed</c>.</exception>
    public async Task CopyAsync(
        IReadOnlyCollection<CopiedFile> files, string from, string to, UnixFileMode mode, Action<long> copied,
        CancellationToken cancellationToken)
    {
        await RunAsync(
            CopyScripts.MakeDirectories, [to, Convert.ToString((int)mode, 8)],
            files.Where(file => file.IsDirectory).Select(file => file.Path).Order(StringComparer.Ordinal),
            cancellationToken).ConfigureAwait(false);
        List<CopiedFile> missing = [.. files.Where(file => !file.IsDirectory)];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            await CopyPortionsAsync(missing, from, to, copied, cancellationToken).ConfigureAwait(false);
            missing = await MissingAsync(missing, from, to, cancellationToken).ConfigureAwait(false);
            if (missing.Count == 0)
                return;
        }

        throw Failure(1, $"'{missing[0].Path}' was replaced each time that it was copied");
    }

    /// <summary>Copies a few files.</summary>
    public Task CopyAsync(IEnumerable<string> names, string from, string to, CancellationToken cancellationToken) =>
        RunAsync(CopyScripts.Copy, [from, to, _isDurable ? "durable" : ""], names, cancellationToken);

    /// <summary>Makes empty files.</summary>
    public Task MakeFilesAsync(IReadOnlyCollection<string> names, string directory, CancellationToken cancellationToken) =>
        names.Count == 0 ? Task.CompletedTask : RunAsync(CopyScripts.MakeFiles, [directory], names, cancellationToken);

    /// <summary>Makes a symbolic link.</summary>
    public Task LinkAsync(string path, string target, CancellationToken cancellationToken) =>
        RunAsync(CopyScripts.Link, [path, target], [], cancellationToken);

    /// <summary>Puts the directories of a copy on disk, if the copy is to be durable.</summary>
    public Task FlushDirectoriesAsync(string directory, CancellationToken cancellationToken) =>
        _isDurable ? RunAsync(CopyScripts.SyncDirectories, [directory], [], cancellationToken) : Task.CompletedTask;

    /// <summary>A failure of the copy.</summary>
    public PgHaException Failure(int exitCode, string said) =>
        BaseBackupCommand.Failure(_source, _clone, new CommandResult(exitCode, "", said));

    private Task CopyPortionsAsync(
        IReadOnlyCollection<CopiedFile> files, string from, string to, Action<long> copied, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            CopyPortions.Of(files, Programs),
            new ParallelOptions { MaxDegreeOfParallelism = Programs, CancellationToken = cancellationToken },
            async (portion, token) =>
            {
                await CopyAsync(portion.Select(file => file.Path), from, to, token).ConfigureAwait(false);
                copied(portion.Sum(file => file.Length));
            });

    private async Task<List<CopiedFile>> MissingAsync(
        IReadOnlyCollection<CopiedFile> files, string from, string to, CancellationToken cancellationToken)
    {
        HashSet<string> there = [.. (await ListAsync(to, cancellationToken).ConfigureAwait(false)).Select(file => file.Path)];
        List<CopiedFile> missing = [.. files.Where(file => !there.Contains(file.Path))];
        if (missing.Count == 0)
            return [];
        HashSet<string> left = [.. (await ListAsync(from, cancellationToken).ConfigureAwait(false)).Select(file => file.Path)];
        return [.. missing.Where(file => left.Contains(file.Path))];
    }

    private async Task<string> RunAsync(
        string script, IReadOnlyList<string> arguments, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        ConcurrentQueue<string> failures = new();
        byte[] input = NameEncoding.GetBytes(string.Concat(names.Select(name => $"{NameStart}{name}\0")));
        CommandResult result = await _host.RunAsync(
            new HostCommand("sh", ["-c", script, "sh", .. arguments])
            {
                Timeout = Timeout.InfiniteTimeSpan,
                StandardInput = input,
                Wrapped = ["copying", .. arguments],
                OnErrorLine = line =>
                {
                    if (!Array.Exists(Harmless, end => line.EndsWith(end, StringComparison.Ordinal)))
                        failures.Enqueue(line);
                },
            },
            cancellationToken).ConfigureAwait(false);
        // find and xargs tell by their status that a file has vanished.
        bool isHarmless = result.ExitCode is 0 or 1 or SomeFailed && failures.IsEmpty && result.Error.Length > 0;
        if (result.Succeeded || isHarmless)
            return NameEncoding.GetString(result.OutputBytes.Span);
        throw Failure(result.ExitCode, failures.TryPeek(out string? first) ? first : result.Error.Trim());
    }
}
