using System.ComponentModel;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using PgHa.Engine.Machines.Local;

namespace PgHa.Engine.Machines.Shell;

/// <summary>
/// A machine as one of its users, through a POSIX shell: how root works with a server's files, and everybody with another machine's.
/// </summary>
/// <remarks>
/// Root could read and write everything directly. But in a directory that another user can write to, a symbolic link made at the
/// right moment would make root overwrite any file of the system.
/// </remarks>
[UnsupportedOSPlatform("windows")]
public sealed class ShellHost : IHost
{
    // With this prefix no program takes a file name for an option.
    internal const string NameStart = "./";

    private static readonly TimeSpan FileTimeout = TimeSpan.FromSeconds(60);

    private readonly IShellPlace _place;
    private readonly IEngineLog? _log;
    private readonly FilesAhead? _ahead;

    /// <summary>A host with the rights that its shells have.</summary>
    internal ShellHost(IShellPlace place, IEngineLog? log = null, FilesAhead? ahead = null)
    {
        _place = place;
        _log = log;
        _ahead = ahead;
    }

    /// <inheritdoc/>
    public PgMachine Machine => _place.Machine;

    /// <inheritdoc/>
    public string Description => _place.Description;

    /// <inheritdoc/>
    public string UserName => _place.UserName;

    /// <inheritdoc/>
    public bool IsWindows => false;

    /// <summary>This machine as another user. Only root can use it.</summary>
    internal static ShellHost As(UnixUser user, IEngineLog? log) => new(LocalShellPlace.To(user), log);

    /// <inheritdoc/>
    public Task<CommandResult> RunAsync(HostCommand command, CancellationToken cancellationToken) =>
        _place.RunAsync(command, _log, cancellationToken);

    /// <inheritdoc/>
    public async Task<byte[]?> ReadFileAsync(string path, CancellationToken cancellationToken) =>
        _ahead?.TryTake(path, out byte[]? content) == true
            ? content
            : (await QueryAsync("Reading", path, ShellScripts.Read, cancellationToken).ConfigureAwait(false))?.Output;

    /// <inheritdoc/>
    public async Task<IHost> ReadAheadAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        ProgramRunner.Outcome outcome = await StartAsync(
            "Reading", paths[0], ShellScripts.ReadAll, [.. paths.Skip(1)], cancellationToken).ConfigureAwait(false);
        // If a file cannot be read ahead, the later read of that file fails with the reason.
        return outcome.ExitCode == 0 ? new ShellHost(_place, _log, FilesAhead.Read(outcome.Output, paths)) : this;
    }

    /// <inheritdoc/>
    public async Task<byte[]?> ReadFileHeadAsync(string path, int maxBytes, CancellationToken cancellationToken) =>
        (await QueryAsync("Reading", path, ShellScripts.ReadHead, cancellationToken, Text(maxBytes)).ConfigureAwait(false))?.Output;

    /// <inheritdoc/>
    public async Task<byte[]?> ReadFileTailAsync(string path, int maxBytes, CancellationToken cancellationToken) =>
        (await QueryAsync("Reading", path, ShellScripts.ReadTail, cancellationToken, Text(maxBytes)).ConfigureAwait(false))?.Output;

    /// <inheritdoc/>
    public Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode? mode, CancellationToken cancellationToken)
    {
        string octal = mode is { } wanted ? Convert.ToString((int)wanted, 8) : "";
        return ScriptAsync(
            "Writing", path, ShellScripts.Write, [DurableFile.TemporaryName(), Text(content.Length), octal], cancellationToken, content);
    }

    /// <inheritdoc/>
    /// <remarks>The time of the last change is in whole seconds.</remarks>
    public async Task<FileStatus?> StatAsync(string path, CancellationToken cancellationToken) =>
        await QueryAsync("Examining", path, ShellScripts.Status, cancellationToken).ConfigureAwait(false) is { } outcome
            ? ShellListing.ReadStatus(Encoding.UTF8.GetString(outcome.Output).TrimEnd('\n').Split(' '))
            : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>?> ListAsync(string directory, CancellationToken cancellationToken) =>
        await QueryAsync("Listing", directory, ShellScripts.List, cancellationToken).ConfigureAwait(false) is { } outcome
            ? [.. Names(outcome).Order(StringComparer.Ordinal)]
            : null;

    /// <inheritdoc/>
    /// <remarks>The times of the last change are in whole seconds.</remarks>
    public async Task<IReadOnlyList<DirectoryEntry>?> ListEntriesAsync(string directory, CancellationToken cancellationToken) =>
        await QueryAsync("Listing", directory, ShellScripts.ListEntries, cancellationToken).ConfigureAwait(false) is { } outcome
            ? [.. ShellListing.Entries(Encoding.UTF8.GetString(outcome.Output)).OrderBy(entry => entry.Name, StringComparer.Ordinal)]
            : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> FindFilesAsync(IReadOnlyList<string> patterns, CancellationToken cancellationToken)
    {
        if (patterns.Count == 0)
            return [];
        ProgramRunner.Outcome outcome = await ScriptAsync(
            "Searching", patterns[0], ShellScripts.Find, [.. patterns.Skip(1)], cancellationToken).ConfigureAwait(false);
        return [.. Names(outcome).Distinct(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public Task CreateDirectoryAsync(string directory, CancellationToken cancellationToken)
    {
        directory = Path.TrimEndingDirectorySeparator(directory);
        return OrAsRootAsync(
            "Creating", directory,
            () => ScriptAsync("Creating", directory, ShellScripts.CreateDirectory, [], cancellationToken),
            root => root.CreateDirectoryAsync(directory, cancellationToken));
    }

    /// <inheritdoc/>
    public Task MoveDirectoryAsync(string from, string to, CancellationToken cancellationToken)
    {
        from = Path.TrimEndingDirectorySeparator(from);
        to = Path.TrimEndingDirectorySeparator(to);
        string action = $"Renaming '{from}' to";
        return OrAsRootAsync(
            action, to,
            () => ScriptAsync("Renaming", from, ShellScripts.MoveDirectory, [to], cancellationToken),
            root => root.MoveDirectoryAsync(from, to, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task MoveEntriesAsync(IReadOnlyCollection<string> names, string from, string to, CancellationToken cancellationToken)
    {
        if (names.Count > 0)
        {
            await ScriptAsync(
                "Moving entries to", to, ShellScripts.MoveEntries, [from, .. names.Select(name => NameStart + name)],
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task CopyDirectoryAsync(string from, string to, bool isDurable, CancellationToken cancellationToken) =>
        ScriptAsync(
            $"Copying '{from}' to", to, ShellScripts.CopyDirectory, [from, isDurable ? "durable" : ""], cancellationToken,
            timeout: Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public async Task CopyFilesAsync(IReadOnlyCollection<string> names, string from, string to, CancellationToken cancellationToken)
    {
        if (names.Count > 0)
        {
            await ScriptAsync(
                "Copying files to", to, ShellScripts.CopyFiles, [from, .. names.Select(name => NameStart + name)],
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task DeleteDirectoryAsync(string directory, CancellationToken cancellationToken)
    {
        directory = Path.TrimEndingDirectorySeparator(directory);
        try
        {
            await ScriptAsync(
                "Deleting", directory, ShellScripts.DeleteDirectory, [], cancellationToken,
                timeout: Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.Kind == PgHaErrorKind.PermissionDenied && _place.Root is not null)
        {
            // The user's shell has removed the content. Root removes only the empty directory.
            if (!await _place.Root.RemoveDirectoryAsync(directory, cancellationToken).ConfigureAwait(false))
                throw;
        }
    }

    /// <inheritdoc/>
    public Task DeleteFileAsync(string path, CancellationToken cancellationToken) =>
        ScriptAsync("Deleting", path, ShellScripts.DeleteFile, [], cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> CanWriteAsync(string directory, CancellationToken cancellationToken) =>
        (await StartAsync("Examining", directory, ShellScripts.CanWrite, [], cancellationToken).ConfigureAwait(false)).ExitCode == 0;

    /// <inheritdoc/>
    public Task<HostProcess?> ProcessAsync(int processId, CancellationToken cancellationToken) =>
        _place.ProcessAsync(processId, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HostProcess>> ListProcessesAsync(CancellationToken cancellationToken) =>
        _place.ListProcessesAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HostProcess>> FindProcessesAsync(Func<string, bool> isWanted, CancellationToken cancellationToken) =>
        _place.FindProcessesAsync(isWanted, cancellationToken);

    /// <inheritdoc/>
    public async Task<long?> FreeSpaceAsync(string path, CancellationToken cancellationToken)
    {
        ProgramRunner.Outcome outcome = await ScriptAsync(
            "Examining", path, ShellScripts.FreeSpace, [], cancellationToken).ConfigureAwait(false);
        string[] columns = Encoding.UTF8.GetString(outcome.Output).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        // Device and mount point may contain blanks. So the column with the percent sign is searched: the free KiB stand before it.
        int share = Array.FindLastIndex(columns, column => column.EndsWith('%'));
        return share > 0 && long.TryParse(columns[share - 1], CultureInfo.InvariantCulture, out long kibibytes) ? kibibytes * 1024 : null;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string[] Names(ProgramRunner.Outcome outcome) =>
        Encoding.UTF8.GetString(outcome.Output).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    private async Task OrAsRootAsync(string action, string path, Func<Task> asUser, Func<IRootRights, Task> asRoot)
    {
        try
        {
            await asUser().ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.Kind == PgHaErrorKind.PermissionDenied && _place.Root is not null)
        {
            try
            {
                await asRoot(_place.Root).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw HostErrors.FileFailed(action, path, "this machine as root", failure.Message, failure);
            }
        }
    }

    /// <summary>What a script printed; <see langword="null"/> if there is nothing at the path.</summary>
    private async Task<ProgramRunner.Outcome?> QueryAsync(
        string action, string path, string script, CancellationToken cancellationToken, params IReadOnlyList<string> arguments)
    {
        ProgramRunner.Outcome outcome = await StartAsync(action, path, script, arguments, cancellationToken).ConfigureAwait(false);
        return SaysNotThere(outcome) ? null : Checked(action, path, outcome);
    }

    private async Task<ProgramRunner.Outcome> ScriptAsync(
        string action, string path, string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken,
        ReadOnlyMemory<byte> input = default, TimeSpan? timeout = null) =>
        Checked(action, path, await StartAsync(action, path, script, arguments, cancellationToken, input, timeout).ConfigureAwait(false));

    private async Task<ProgramRunner.Outcome> StartAsync(
        string action, string path, string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken,
        ReadOnlyMemory<byte> input = default, TimeSpan? timeout = null)
    {
        _log?.Detail(HostErrors.FileWork(Description, action, path));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout ?? FileTimeout);
        try
        {
            return await _place.Shells.RunAsync(
                new ShellRequest(script, [path, .. arguments]) { Input = input }, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw HostErrors.TimedOut(new HostCommand(action, path) { Timeout = FileTimeout }, Description, "");
        }
        catch (Exception e) when (e is IOException or Win32Exception)
        {
            throw await _place.WhyLostAsync().ConfigureAwait(false) ?? HostErrors.FileFailed(action, path, Description, e.Message, e);
        }
    }

    private ProgramRunner.Outcome Checked(string action, string path, ProgramRunner.Outcome outcome) => outcome.ExitCode switch
    {
        0 => outcome,
        ShellScripts.IsLink => throw HostErrors.IsSymbolicLink(path, Description),
        ShellScripts.NotADirectory => throw HostErrors.NotADirectory(path, Description),
        _ => throw HostErrors.FileFailed(action, path, Description, Said(outcome)),
    };

    // The programs have one exit status for all failures. With LC_ALL=C their messages tell the failures apart.
    private static bool SaysNotThere(ProgramRunner.Outcome outcome) =>
        outcome.ExitCode != 0
        && (Said(outcome).EndsWith("No such file or directory", StringComparison.Ordinal)
            || Said(outcome).EndsWith("Not a directory", StringComparison.Ordinal));

    private static string Said(ProgramRunner.Outcome outcome) =>
        outcome.Error.Length > 0 ? outcome.Error.Split('\n')[0].Trim() : $"exit status {outcome.ExitCode}";
}
