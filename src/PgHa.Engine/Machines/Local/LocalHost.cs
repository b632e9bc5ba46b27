using System.Diagnostics;
using System.Runtime.Versioning;

namespace PgHa.Engine.Machines.Local;

/// <summary>This machine, as the user that PgHa runs as.</summary>
public sealed class LocalHost : IHost
{
    private readonly IEngineLog? _log;

    /// <summary>This machine; it writes the command lines that it runs to <paramref name="log"/>.</summary>
    public LocalHost(IEngineLog? log = null) => _log = log;

    /// <inheritdoc/>
    public PgMachine Machine => PgMachine.This;

    /// <inheritdoc/>
    public string Description => $"this machine as {UserName}";

    /// <inheritdoc/>
    public string UserName { get; } = Environment.UserName;

    /// <inheritdoc/>
    public bool IsWindows => OperatingSystem.IsWindows();

    /// <inheritdoc/>
    public async Task<CommandResult> RunAsync(HostCommand command, CancellationToken cancellationToken)
    {
        _log?.Detail($"{Description}: {command}");
        ProgramRunner.Outcome outcome = await ProgramRunner.RunAsync(
            new ProcessStartInfo(command.Program, command.Arguments), command, behindLauncher: false, Description,
            cancellationToken).ConfigureAwait(false);
        return outcome.ToResult();
    }

    /// <inheritdoc/>
    public Task<byte[]?> ReadFileAsync(string path, CancellationToken cancellationToken) =>
        ReadAsync(path, async stream =>
        {
            var content = new MemoryStream();
            await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
            return content.ToArray();
        });

    /// <inheritdoc/>
    public Task<byte[]?> ReadFileHeadAsync(string path, int maxBytes, CancellationToken cancellationToken) =>
        ReadAsync(path, async stream =>
        {
            byte[] head = new byte[maxBytes];
            int length = await stream.ReadAtLeastAsync(head, maxBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return head[..length];
        });

    /// <inheritdoc/>
    public Task<byte[]?> ReadFileTailAsync(string path, int maxBytes, CancellationToken cancellationToken) =>
        ReadAsync(path, async stream =>
        {
            if (stream.CanSeek && stream.Length > maxBytes)
                stream.Seek(-maxBytes, SeekOrigin.End);
            var content = new MemoryStream();
            await stream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
            return content.ToArray();
        });

    /// <inheritdoc/>
    public Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode? mode, CancellationToken cancellationToken) =>
        GuardedAsync("Writing", path, async () =>
        {
            await DurableFile.WriteAsync(path, content, mode, cancellationToken).ConfigureAwait(false);
            return true;
        });

    /// <inheritdoc/>
    public Task<FileStatus?> StatAsync(string path, CancellationToken cancellationToken) =>
        OnPoolAsync("Examining", path, () => LocalDirectory.Status(path), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>?> ListAsync(string directory, CancellationToken cancellationToken) =>
        OnPoolAsync("Listing", directory, () => LocalDirectory.Names(directory), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DirectoryEntry>?> ListEntriesAsync(string directory, CancellationToken cancellationToken) =>
        OnPoolAsync("Listing", directory, () => LocalDirectory.Entries(directory), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindFilesAsync(IReadOnlyList<string> patterns, CancellationToken cancellationToken) =>
        OnPoolAsync("Searching", string.Join(", ", patterns), () => LocalDirectory.Find(patterns), cancellationToken);

    /// <inheritdoc/>
    public Task CreateDirectoryAsync(string directory, CancellationToken cancellationToken) =>
        OnPoolAsync("Creating", directory, () => LocalDirectory.Create(directory, Description), cancellationToken);

    /// <inheritdoc/>
    public Task MoveDirectoryAsync(string from, string to, CancellationToken cancellationToken) =>
        OnPoolAsync($"Renaming '{from}' to", to, () => LocalDirectory.Move(from, to), cancellationToken);

    /// <inheritdoc/>
    public Task MoveEntriesAsync(IReadOnlyCollection<string> names, string from, string to, CancellationToken cancellationToken) =>
        OnPoolAsync($"Moving entries of '{from}' to", to, () => LocalDirectory.MoveEntries(names, from, to), cancellationToken);

    /// <inheritdoc/>
    public Task CopyDirectoryAsync(string from, string to, bool isDurable, CancellationToken cancellationToken) =>
        OnPoolAsync(
            $"Copying '{from}' to", to, () => LocalDirectory.Copy(new DirectoryInfo(from), to, isDurable, cancellationToken),
            cancellationToken);

    /// <inheritdoc/>
    public async Task CopyFilesAsync(IReadOnlyCollection<string> names, string from, string to, CancellationToken cancellationToken)
    {
        foreach (string name in names)
        {
            string path = Path.Combine(from, name);
            if (await StatAsync(path, cancellationToken).ConfigureAwait(false) is not { } status
                || await ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is not { } content)
                throw HostErrors.FileFailed("Copying", path, Description, "No such file");
            await WriteFileAsync(Path.Combine(to, name), content, status.Mode, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task DeleteDirectoryAsync(string directory, CancellationToken cancellationToken) =>
        OnPoolAsync("Deleting", directory, () => LocalDirectory.Delete(directory, Description, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task DeleteFileAsync(string path, CancellationToken cancellationToken) =>
        OnPoolAsync("Deleting", path, () => LocalDirectory.DeleteFile(path), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> CanWriteAsync(string directory, CancellationToken cancellationToken) =>
        OnPoolAsync("Examining", directory, () => LocalDirectory.CanWrite(directory), cancellationToken);

    /// <inheritdoc/>
    public async Task<HostProcess?> ProcessAsync(int processId, CancellationToken cancellationToken) => OperatingSystem.IsLinux()
        ? ProcessTable.Process(processId)
        : (await ListProcessesAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(process => process.Id == processId);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HostProcess>> ListProcessesAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux())
            return await TableAsync(isWanted: null, cancellationToken).ConfigureAwait(false);
        if (OperatingSystem.IsWindows())
            return ProcessListing.OfWindows();
        CommandResult listing = await RunAsync(ProcessListing.Command, cancellationToken).ConfigureAwait(false);
        return ProcessListing.Parse(listing.Output);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HostProcess>> FindProcessesAsync(Func<string, bool> isWanted, CancellationToken cancellationToken) =>
        OperatingSystem.IsLinux()
            ? await TableAsync(isWanted, cancellationToken).ConfigureAwait(false)
            : [.. (await ListProcessesAsync(cancellationToken).ConfigureAwait(false)).Where(process => isWanted(process.CommandLine))];

    /// <inheritdoc/>
    public Task<long?> FreeSpaceAsync(string path, CancellationToken cancellationToken) =>
        OnPoolAsync("Examining", path, () => LocalDirectory.FreeSpace(path), cancellationToken);

    [SupportedOSPlatform("linux")]
    private static Task<IReadOnlyList<HostProcess>> TableAsync(Func<string, bool>? isWanted, CancellationToken cancellationToken) =>
        Task.Run(() => ProcessTable.Processes(isWanted), cancellationToken);

    private Task<byte[]?> ReadAsync(string path, Func<FileStream, Task<byte[]>> read) =>
        GuardedAsync<byte[]?>("Reading", path, async () =>
        {
            FileStream stream;
            try
            {
                // Meanwhile the server may write to the file, or rename another one over it.
                stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return null;
            }

            await using (stream.ConfigureAwait(false))
                return await read(stream).ConfigureAwait(false);
        });

    private async Task<T> GuardedAsync<T>(string action, string path, Func<Task<T>> work)
    {
        _log?.Detail(HostErrors.FileWork(Description, action, path));
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FileFailed(action, path, Description, e.Message, e);
        }
    }

    private Task<bool> OnPoolAsync(string action, string path, Action work, CancellationToken cancellationToken) =>
        GuardedAsync(action, path, async () =>
        {
            await Task.Run(work, cancellationToken).ConfigureAwait(false);
            return true;
        });

    private Task<T> OnPoolAsync<T>(string action, string path, Func<T> work, CancellationToken cancellationToken) =>
        GuardedAsync(action, path, () => Task.Run(work, cancellationToken));
}
