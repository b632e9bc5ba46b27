using System.Collections.Concurrent;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Programs;

/// <summary>Finds the folders of a host that hold one of PostgreSQL's programs, and asks each for its version.</summary>
internal sealed class ProgramSearch
{
    // The version of a program changes only when its file is replaced. Checking the file is faster than running the program.
    private static readonly ConcurrentDictionary<(string Host, string File, long Length, DateTimeOffset ModifiedAt), ServerVersion> Known =
        new();

    private readonly IHost _host;
    private readonly string _program;
    private readonly Dictionary<string, ServerVersion?> _versions = [];

    /// <summary>A search for folders with <paramref name="program"/>, whose version counts.</summary>
    public ProgramSearch(IHost host, string program)
    {
        _host = host;
        _program = program;
    }

    /// <summary>The folders, those on <c>PATH</c> first, then the usual ones; each once.</summary>
    public async Task<IReadOnlyList<string>> FoldersAsync(CancellationToken cancellationToken)
    {
        string[] patterns =
        [
            ProgramFolders.FileName(_program, _host.IsWindows),
            .. ProgramFolders.Usual(_host.IsWindows).Select(folder => ProgramFolders.FileOf(folder, _program, _host.IsWindows)),
        ];
        IReadOnlyList<string> files = await _host.FindFilesAsync(patterns, cancellationToken).ConfigureAwait(false);
        return [.. files.Select(file => ProgramFolders.FolderOf(file, _program, _host.IsWindows)).OfType<string>().Distinct()];
    }

    /// <summary>The first of the programs that a folder does not hold; <see langword="null"/> if it holds all.</summary>
    public async Task<string?> FirstMissingAsync(string folder, string[] programs, CancellationToken cancellationToken)
    {
        string[] files = [.. programs.Select(program => ProgramFolders.FileOf(folder, program, _host.IsWindows))];
        // One call checks all programs. It resolves links, so that only the number of the files can be compared.
        if ((await _host.FindFilesAsync(files, cancellationToken).ConfigureAwait(false)).Count == files.Length)
            return null;
        for (int i = 0; i < files.Length; i++)
        {
            if ((await _host.FindFilesAsync([files[i]], cancellationToken).ConfigureAwait(false)).Count == 0)
                return programs[i];
        }

        return null;
    }

    /// <summary>The version a folder's program tells; <see langword="null"/> if it cannot be run.</summary>
    public async Task<ServerVersion?> VersionAsync(string folder, CancellationToken cancellationToken)
    {
        if (_versions.TryGetValue(folder, out ServerVersion? known))
            return known;
        return _versions[folder] = await AskVersionAsync(folder, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The folder with the newest version, and that version; the earlier one of two that are equal.</summary>
    public async Task<(string Folder, ServerVersion Version)?> NewestAsync(
        IReadOnlyList<string> folders, CancellationToken cancellationToken)
    {
        List<(string Folder, ServerVersion Version)> found = [];
        foreach (string folder in folders)
        {
            if (await VersionAsync(folder, cancellationToken).ConfigureAwait(false) is { } version)
                found.Add((folder, version));
        }

        return found.Count == 0 ? null : found.MaxBy(candidate => candidate.Version);
    }

    /// <summary>The folder with a version of this major. Folders with the major in their path come first, to run fewer programs.</summary>
    public async Task<(string Folder, ServerVersion Version)?> OfMajorAsync(
        IReadOnlyList<string> folders, ServerVersion major, CancellationToken cancellationToken)
    {
        foreach (string folder in folders.OrderBy(folder => !ProgramFolders.Names(folder, major)))
        {
            if (await VersionAsync(folder, cancellationToken).ConfigureAwait(false) is { } version
                && version.MajorVersion == major.MajorVersion)
            {
                return (folder, version);
            }
        }

        return null;
    }

    private async Task<ServerVersion?> AskVersionAsync(string folder, CancellationToken cancellationToken)
    {
        string file = ProgramFolders.FileOf(folder, _program, _host.IsWindows);
        if (await _host.StatAsync(file, cancellationToken).ConfigureAwait(false) is not { } status)
            return null;
        var key = (_host.Description, file, status.Length, status.ModifiedAt);
        if (Known.TryGetValue(key, out ServerVersion known))
            return known;
        try
        {
            CommandResult result = await _host.RunAsync(new HostCommand(file, "--version"), cancellationToken).ConfigureAwait(false);
            return result.Succeeded && ServerVersion.TryParse(result.Output, out ServerVersion version) ? Known[key] = version : null;
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.ProgramNotFound)
        {
            return null;
        }
    }
}
