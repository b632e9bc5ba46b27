using PgHa.Engine.Machines.Local;
using PgHa.Engine.Machines.Shell;

namespace PgHa.Engine.Machines;

/// <summary>
/// The machine and the operating system user a server runs as: programs are run and files are
/// read and written there with that user's rights.
/// </summary>
/// <remarks>
/// Everything that touches a server's files goes through this interface, so that the same engine works as
/// the server's own user (<see cref="LocalHost"/>) and as root (<see cref="ShellHost"/> behind <c>runuser</c>).
/// Paths are absolute and in the host's own form.
/// A failure is a <see cref="PgHaException"/> that names the path and what the system said.
/// </remarks>
public interface IHost
{
    /// <summary>The machine.</summary>
    PgMachine Machine { get; }

    /// <summary>How messages name it, such as <c>this machine as postgres</c>.</summary>
    string Description { get; }

    /// <summary>The user that programs run as.</summary>
    string UserName { get; }

    /// <summary>Whether paths, quoting and programs are those of Windows.</summary>
    bool IsWindows { get; }

    /// <summary>Runs a program to its end. A non-zero exit is a result, not an exception.</summary>
    /// <exception cref="PgHaException">
    /// <c>ProgramNotFound</c>, or <c>OperationTimeout</c> after which the program has been ended.
    /// </exception>
    Task<CommandResult> RunAsync(HostCommand command, CancellationToken cancellationToken);

    /// <summary>A file's whole content; <see langword="null"/> if there is no such file.</summary>
    Task<byte[]?> ReadFileAsync(string path, CancellationToken cancellationToken);

    /// <summary>
    /// This host with the content of files that are about to be read. Where each file takes a program, they are read by one together.
    /// Each content is used once, so that who reads a file again sees it as it is then.
    /// </summary>
    /// <param name="paths">The files, one at least; some of them need not be there.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<IHost> ReadAheadAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken) => Task.FromResult(this);

    /// <summary>The first bytes of a file; <see langword="null"/> if there is no such file.</summary>
    Task<byte[]?> ReadFileHeadAsync(string path, int maxBytes, CancellationToken cancellationToken);

    /// <summary>The last bytes of a file; <see langword="null"/> if there is no such file.</summary>
    Task<byte[]?> ReadFileTailAsync(string path, int maxBytes, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a file as a whole: written to a temporary name in the same directory, fsynced, renamed over the old
    /// one, the directory fsynced. An existing file keeps its mode unless <paramref name="mode"/> says otherwise.
    /// </summary>
    /// <param name="path">The file; its directory exists.</param>
    /// <param name="content">All of it.</param>
    /// <param name="mode">The mode, <c>0600</c> for a new file by default; no effect on Windows.</param>
    /// <param name="cancellationToken">Cancels before the rename, and then nothing has changed.</param>
    Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, UnixFileMode? mode, CancellationToken cancellationToken);

    /// <summary>What is at a path; <see langword="null"/> if nothing is.</summary>
    Task<FileStatus?> StatAsync(string path, CancellationToken cancellationToken);

    /// <summary>The names in a directory, sorted; <see langword="null"/> if there is no such directory.</summary>
    Task<IReadOnlyList<string>?> ListAsync(string directory, CancellationToken cancellationToken);

    /// <summary>
    /// The entries of a directory, sorted by name; <see langword="null"/> if there is no such directory. Broken links, and entries that
    /// are removed during the reading, are left out.
    /// </summary>
    Task<IReadOnlyList<DirectoryEntry>?> ListEntriesAsync(string directory, CancellationToken cancellationToken);

    /// <summary>
    /// The files that match the patterns, in their order and without repetition, symbolic links resolved to the
    /// files they lead to.
    /// </summary>
    /// <param name="patterns">
    /// Absolute paths in which folders may be <c>*</c> or hold one (<c>/usr/lib/postgresql/*/bin/postgres</c>), or
    /// names, which are looked for in every directory of the host's <c>PATH</c>.
    /// </param>
    /// <param name="cancellationToken">Cancels the search.</param>
    Task<IReadOnlyList<string>> FindFilesAsync(IReadOnlyList<string> patterns, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a directory with mode 0700, owned by the host's user, and its missing parents with mode 0755.
    /// An existing directory is left as it is.
    /// </summary>
    Task CreateDirectoryAsync(string directory, CancellationToken cancellationToken);

    /// <summary>Renames a directory onto a path where nothing is, or only an empty directory.</summary>
    Task MoveDirectoryAsync(string from, string to, CancellationToken cancellationToken);

    /// <summary>
    /// Moves entries, one after the other, to another directory of the same file system, which has no entries of those names.
    /// Returns when they are on disk.
    /// </summary>
    /// <param name="names">The entries' names, in the order in which they are moved.</param>
    /// <param name="from">The directory they are in.</param>
    /// <param name="to">The other one.</param>
    /// <param name="cancellationToken">Cancels before the first.</param>
    Task MoveEntriesAsync(IReadOnlyCollection<string> names, string from, string to, CancellationToken cancellationToken);

    /// <summary>
    /// Copies a directory and its content to another one, with modes and links as they are. Where the file system supports it, the
    /// copies share their blocks.
    /// </summary>
    /// <param name="from">The directory; nothing in it changes meanwhile.</param>
    /// <param name="to">The other one, which is there and empty.</param>
    /// <param name="isDurable">Return only when the copy is on disk.</param>
    /// <param name="cancellationToken">Cancels halfway; what was copied stays.</param>
    Task CopyDirectoryAsync(string from, string to, bool isDurable, CancellationToken cancellationToken);

    /// <summary>
    /// Copies small files over those of the same names in another directory, with their modes. Returns when they are on disk. Links are
    /// followed in both.
    /// </summary>
    /// <param name="names">The files' names.</param>
    /// <param name="from">The directory they are in.</param>
    /// <param name="to">The other one.</param>
    /// <param name="cancellationToken">Cancels halfway, and then a copy may be cut off.</param>
    Task CopyFilesAsync(IReadOnlyCollection<string> names, string from, string to, CancellationToken cancellationToken);

    /// <summary>Deletes a directory and its content, without following symbolic links. A missing directory is no error.</summary>
    Task DeleteDirectoryAsync(string directory, CancellationToken cancellationToken);

    /// <summary>Deletes a file. A missing file is no error.</summary>
    Task DeleteFileAsync(string path, CancellationToken cancellationToken);

    /// <summary>Whether this user could create files in the directory.</summary>
    Task<bool> CanWriteAsync(string directory, CancellationToken cancellationToken);

    /// <summary>One process, without listing all of them; <see langword="null"/> if there is no such process.</summary>
    Task<HostProcess?> ProcessAsync(int processId, CancellationToken cancellationToken);

    /// <summary>The processes of this machine, each with its command line (for a PostgreSQL process, its title).</summary>
    Task<IReadOnlyList<HostProcess>> ListProcessesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The processes whose command line is wanted. Of the others nothing else is read, which takes most of the time of a listing.
    /// </summary>
    async Task<IReadOnlyList<HostProcess>> FindProcessesAsync(Func<string, bool> isWanted, CancellationToken cancellationToken) =>
        [.. (await ListProcessesAsync(cancellationToken).ConfigureAwait(false)).Where(process => isWanted(process.CommandLine))];

    /// <summary>
    /// The free bytes on the file system of a path, which need not exist; <see langword="null"/> if they cannot be found out.
    /// </summary>
    Task<long?> FreeSpaceAsync(string path, CancellationToken cancellationToken);
}
