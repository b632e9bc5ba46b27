using System.Text;
using PgHa.Engine.Machines;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Tests.Programs;

/// <summary>A host of nothing but files, programs that tell a version among them.</summary>
internal sealed class FakeHost : IHost
{
    private static int Count;

    private readonly Dictionary<string, string> _files = [];

    // No two fake machines are one to a search that remembers.
    private readonly DateTimeOffset _installed = DateTimeOffset.UnixEpoch.AddSeconds(Interlocked.Increment(ref Count));

    public PgMachine Machine => PgMachine.This;

    public string Description => "a fake machine";

    public string UserName => "postgres";

    public bool IsWindows { get; init; }

    /// <summary>The folders on PATH.</summary>
    public IReadOnlyList<string> SearchPath { get; init; } = [];

    /// <summary>The programs that were asked for their version.</summary>
    public List<string> Asked { get; } = [];

    private char Separator => IsWindows ? '\\' : '/';

    /// <summary>Puts programs of one version into a folder.</summary>
    public FakeHost With(string folder, string version, params string[] programs)
    {
        foreach (string program in programs.Length > 0 ? programs : ["postgres", "pg_ctl", "initdb", "pg_basebackup"])
            _files[$"{folder}{Separator}{program}{(IsWindows ? ".exe" : "")}"] = $"{program} (PostgreSQL) {version}";
        return this;
    }

    /// <summary>Puts a file there, or a link to another one, written as <c>-> target</c>.</summary>
    public FakeHost WithFile(string path, string content)
    {
        _files[path] = content;
        return this;
    }

    public Task<CommandResult> RunAsync(HostCommand command, CancellationToken cancellationToken)
    {
        Asked.Add(command.Program);
        return Task.FromResult(
            _files[command.Program] is var said && said.Contains("(PostgreSQL)", StringComparison.Ordinal)
                ? new CommandResult(0, said + "\n", "")
                : new CommandResult(1, "", said));
    }

    public Task<IReadOnlyList<string>> FindFilesAsync(IReadOnlyList<string> patterns, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(
        [
            .. patterns
                .SelectMany(
                    pattern => pattern.Contains(Separator, StringComparison.Ordinal)
                        ? [pattern]
                        : SearchPath.Select(folder => $"{folder}{Separator}{pattern}"))
                .SelectMany(pattern => PathPattern.Expand(pattern, Separator, FoldersIn))
                .Where(_files.ContainsKey)
                .Select(file => _files[file].StartsWith("-> ", StringComparison.Ordinal) ? _files[file][3..] : file)
                .Distinct(),
        ]);

    public Task<byte[]?> ReadFileAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult(_files.TryGetValue(path, out string? content) ? Encoding.UTF8.GetBytes(content) : null);

    public Task<byte[]?> ReadFileHeadAsync(string path, int maxBytes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<byte[]?> ReadFileTailAsync(string path, int maxBytes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode? mode, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<FileStatus?> StatAsync(string path, CancellationToken cancellationToken) => Task.FromResult(
        _files.TryGetValue(path, out string? content) ? new FileStatus(false, content.Length, UnixFileMode.None, null, _installed) : null);

    public Task<IReadOnlyList<string>?> ListAsync(string directory, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<DirectoryEntry>?> ListEntriesAsync(string directory, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task CreateDirectoryAsync(string directory, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task MoveDirectoryAsync(string from, string to, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task MoveEntriesAsync(IReadOnlyCollection<string> names, string from, string to, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task CopyDirectoryAsync(string from, string to, bool isDurable, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task CopyFilesAsync(IReadOnlyCollection<string> names, string from, string to, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task DeleteDirectoryAsync(string directory, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteFileAsync(string path, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> CanWriteAsync(string directory, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<HostProcess?> ProcessAsync(int processId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<HostProcess>> ListProcessesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long?> FreeSpaceAsync(string path, CancellationToken cancellationToken) => throw new NotSupportedException();

    private IEnumerable<string> FoldersIn(string directory) =>
        _files.Keys
            .Where(path => path.StartsWith(directory + Separator, StringComparison.Ordinal))
            .Select(path => path[(directory.Length + 1)..])
            .Where(rest => rest.Contains(Separator, StringComparison.Ordinal))
            .Select(rest => rest[..rest.IndexOf(Separator, StringComparison.Ordinal)])
            .Distinct();
}
