using System.Text;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Programs;

/// <summary>An installation of PostgreSQL's programs on a host.</summary>
public sealed class ServerPrograms
{
    // Every server package has these programs; the others may be in packages of their own.
    private static readonly string[] ServerNeeds = ["postgres", "pg_ctl", "initdb"];

    private readonly bool _isWindows;

    private ServerPrograms(IHost host, string binDirectory, ServerVersion version)
    {
        _isWindows = host.IsWindows;
        BinDirectory = binDirectory;
        Version = version;
    }

    /// <summary>The directory of the programs.</summary>
    public string BinDirectory { get; }

    /// <summary>Their version, as they tell it.</summary>
    public ServerVersion Version { get; }

    /// <summary>The path of a program, such as <c>pg_ctl</c>. It need not exist, because packages contain different programs.</summary>
    public string PathOf(string program) => ProgramFolders.FileOf(BinDirectory, program, _isWindows);

    /// <summary>
    /// The programs of an instance: in its bin directory, if it has one; of its data directory's major, if there is one.
    /// </summary>
    /// <exception cref="PgHaException"><c>ServerProgramsNotFound</c> or <c>WrongProgramVersion</c>.</exception>
    public static async Task<ServerPrograms> FindServerAsync(IHost host, PgInstance instance, CancellationToken cancellationToken)
    {
        ServerVersion? version = instance.DataDirectory is { } directory
            ? await MajorOfAsync(host, directory, cancellationToken).ConfigureAwait(false)
            : null;
        return await FindServerAsync(host, instance.BinDirectory, version ?? instance.Version, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The programs in a directory, or else those of a major, or else the newest on the host.</summary>
    /// <param name="host">Where to look.</param>
    /// <param name="binDirectory">The directory they must be in; <see langword="null"/> to look for them.</param>
    /// <param name="version">The major they must have; <see langword="null"/> for any.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="PgHaException"><c>ServerProgramsNotFound</c> or <c>WrongProgramVersion</c>.</exception>
    public static async Task<ServerPrograms> FindServerAsync(
        IHost host, string? binDirectory, ServerVersion? version, CancellationToken cancellationToken)
    {
        var search = new ProgramSearch(host, "postgres");
        if (binDirectory is not null)
        {
            if (await search.FirstMissingAsync(binDirectory, ServerNeeds, cancellationToken).ConfigureAwait(false) is { } missing)
                throw ProgramErrors.Missing(host, binDirectory, missing);
            ServerVersion found = await VersionOfGivenAsync(
                host, search, binDirectory, "postgres", cancellationToken).ConfigureAwait(false);
            return version is { } wanted && found.MajorVersion != wanted.MajorVersion
                ? throw ProgramErrors.WrongMajor(binDirectory, found, wanted)
                : new ServerPrograms(host, binDirectory, found);
        }

        IReadOnlyList<string> folders = await search.FoldersAsync(cancellationToken).ConfigureAwait(false);
        (string Folder, ServerVersion Version)? best = version is { } major
            ? await search.OfMajorAsync(folders, major, cancellationToken).ConfigureAwait(false)
            : await search.NewestAsync(folders, cancellationToken).ConfigureAwait(false);
        return best is var (folder, itsVersion)
            ? new ServerPrograms(host, folder, itsVersion)
            : throw ProgramErrors.NotFound(host, "postgres", version, folders);
    }

    /// <summary>
    /// A client program that works with a server's major, such as <c>pg_basebackup</c>: of the same major, if there is
    /// one, else the newest. None works with a server newer than itself.
    /// </summary>
    /// <param name="host">Where to look.</param>
    /// <param name="program">The program.</param>
    /// <param name="server">The version of the server.</param>
    /// <param name="binDirectory">
    /// The directory whose program is used if it has one. An installation may have a server without client programs.
    /// <see langword="null"/> to look for it.
    /// </param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="PgHaException"><c>ServerProgramsNotFound</c> or <c>ToolTooOld</c>.</exception>
    public static async Task<ServerPrograms> FindClientAsync(
        IHost host, string program, ServerVersion server, string? binDirectory, CancellationToken cancellationToken)
    {
        var search = new ProgramSearch(host, program);
        if (binDirectory is not null
            && await search.FirstMissingAsync(binDirectory, [program], cancellationToken).ConfigureAwait(false) is null)
        {
            ServerVersion given = await VersionOfGivenAsync(host, search, binDirectory, program, cancellationToken).ConfigureAwait(false);
            return given.MajorVersion < server.MajorVersion
                ? throw ProgramErrors.TooOld(host, program, binDirectory, given, server)
                : new ServerPrograms(host, binDirectory, given);
        }

        IReadOnlyList<string> folders = await search.FoldersAsync(cancellationToken).ConfigureAwait(false);
        (string Folder, ServerVersion Version)? best =
            await search.OfMajorAsync(folders, server, cancellationToken).ConfigureAwait(false)
            ?? await search.NewestAsync(folders, cancellationToken).ConfigureAwait(false);
        if (best is not var (folder, version))
            throw ProgramErrors.NotFound(host, program, server, folders);
        return version.MajorVersion < server.MajorVersion
            ? throw ProgramErrors.TooOld(host, program, folder, version, server)
            : new ServerPrograms(host, folder, version);
    }

    private static async Task<ServerVersion> VersionOfGivenAsync(
        IHost host, ProgramSearch search, string folder, string program, CancellationToken cancellationToken) =>
        await search.VersionAsync(folder, cancellationToken).ConfigureAwait(false)
        ?? throw ProgramErrors.TellsNoVersion(host, folder, program);

    // PG_VERSION contains only the major version. initdb writes it.
    private static async Task<ServerVersion?> MajorOfAsync(IHost host, string dataDirectory, CancellationToken cancellationToken)
    {
        string path = dataDirectory.TrimEnd('/', '\\') + (host.IsWindows ? @"\PG_VERSION" : "/PG_VERSION");
        byte[]? content = await host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false);
        return content is not null && ServerVersion.TryParse(Encoding.ASCII.GetString(content), out ServerVersion version) ? version : null;
    }
}
