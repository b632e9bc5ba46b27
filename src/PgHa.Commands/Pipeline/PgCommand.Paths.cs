using System.Collections;
using System.Management.Automation;

namespace PgHa.Commands;

// Paths as the user gave them.
public abstract partial class PgCommand
{
    /// <summary>
    /// The archive that a text names: a path, <c>ssh://[USER@]HOST[:PORT]/DIRECTORY</c>, <c>pgbackrest:STANZA</c>, or
    /// <c>barman:[USER@]HOST/SERVER</c>; none for none.
    /// </summary>
    /// <exception cref="PgHaException"><c>ArchiveNameInvalid</c>, or what <see cref="ResolveFilePath"/> fails with.</exception>
    protected Archive? ResolveArchive(string? text) =>
        text is null ? null : Archive.OfName(text) ?? new DirectoryArchive(ResolveFilePath(text));

    /// <summary>
    /// The location of an archive of plain files: an <c>ssh://</c> text as it is, and a path as a path of the file system.
    /// </summary>
    /// <exception cref="PgHaException"><c>ArchiveNameInvalid</c>, or what <see cref="ResolveFilePath"/> fails with.</exception>
    protected string ResolveArchiveLocation(string text) => SshArchive.OfText(text)?.Location ?? ResolveFilePath(text);

    /// <summary>
    /// A path as the user gave it (relative, <c>~</c>, on a PSDrive) as a path of the file system. On the pipeline thread only.
    /// </summary>
    /// <exception cref="PgHaException"><c>NotAFilePath</c>: of another provider, such as <c>Env:</c>, or another machine.</exception>
    protected string ResolveFilePath(string path)
    {
        if (SshArchive.IsLocation(path))
        {
            throw new PgHaException(
                ErrorIds.NotAFilePath, PgHaErrorKind.InvalidArgument, $"'{path}' is on another machine, and this needs a directory.",
                "Copy what is needed to this machine, or mount the directory, and name that.");
        }

        string resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        return provider.Name == "FileSystem"
            ? resolved
            : throw new PgHaException(
                ErrorIds.NotAFilePath, PgHaErrorKind.InvalidArgument,
                $"'{path}' is a path of the provider {provider.Name}, not of the file system.",
                "Give a path of the file system.");
    }

    /// <summary>A path on a machine; that of another machine is absolute. On the pipeline thread only.</summary>
    /// <exception cref="PgHaException"><c>NotAFilePath</c>, also for a relative path on another machine.</exception>
    protected string ResolveServerPath(string path, PgMachine machine) => machine.IsThisMachine ? ResolveFilePath(path)
        : HostPath.IsAbsolute(path) ? path
        : throw new PgHaException(
            ErrorIds.NotAFilePath, PgHaErrorKind.InvalidArgument, $"'{path}' is no absolute path, and {machine.Name} is another machine.",
            "Give the path in full.");

    /// <summary>The new directory of each tablespace on a machine; the keys are the old directories, perhaps of another machine.</summary>
    protected Dictionary<string, string> ResolveTablespaces(Hashtable mapping, PgMachine machine) =>
        mapping.Cast<DictionaryEntry>().ToDictionary(
            entry => entry.Key.ToString()!, entry => ResolveServerPath(entry.Value?.ToString() ?? "", machine));
}
