using System.Globalization;
using System.Text.Json;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Archiving;

/// <summary>Asks pgBackRest what is in its repositories, as the user of the server that fills them.</summary>
internal sealed class PgBackRestReader
{
    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgBackRestArchive _archive;

    public PgBackRestReader(EngineContext context, IHost host, PgBackRestArchive archive)
    {
        _context = context;
        _host = host;
        _archive = archive;
    }

    /// <summary>The stanza, which has WAL of a system in each of its repositories.</summary>
    /// <param name="server">What messages are about.</param>
    /// <param name="system">The system.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="PgHaException">
    /// <c>ArchiveNotFound</c>: there is no such stanza; <c>ArchiveOfAnotherSystem</c>; <c>ArchiveNotReadable</c>: pgBackRest cannot be
    /// run, or reports an error.
    /// </exception>
    public async Task<PgBackRestStanza> RequireAsync(PgInstance server, SystemIdentifier system, CancellationToken cancellationToken)
    {
        string output = await RunAsync(server, ["info", "--output=json"], cancellationToken).ConfigureAwait(false);
        PgBackRestStanza stanza = Read(server, () => PgBackRestStanza.Parse(output, _archive.Stanza))
            ?? throw NotFound(server, "there is no such stanza in its configuration");
        foreach (PgBackRestRepository repository in stanza.Repositories)
        {
            if (!repository.IsUsable)
                throw NotFound(server, $"{repository} says: {repository.Status}");
            if (repository.Databases.All(database => database.SystemIdentifier != system))
            {
                throw new PgHaException(
                    ErrorIds.ArchiveOfAnotherSystem, PgHaErrorKind.Refused,
                    $"{_archive} has WAL of system {string.Join(", ", repository.Databases.Select(database => database.SystemIdentifier))} "
                        + $"in {repository}, and {server} is of system {system}.",
                    "Name the stanza of this system, or have pgBackRest take the new one over (pgbackrest stanza-upgrade).",
                    server.ToString());
            }
        }

        return stanza;
    }

    /// <summary>The stanza's base backups, oldest first.</summary>
    /// <exception cref="PgHaException">
    /// <c>ArchiveNotFound</c>: there is no such stanza; <c>ArchiveNotReadable</c>: pgBackRest cannot be run, or reports an error.
    /// </exception>
    public async Task<IReadOnlyList<ToolBackup>> BackupsAsync(PgInstance server, CancellationToken cancellationToken)
    {
        string output = await RunAsync(server, ["info", "--output=json"], cancellationToken).ConfigureAwait(false);
        return Read(server, () => PgBackRestStanza.Parse(output, _archive.Stanza) is { } stanza
            ? PgBackRestBackups.Parse(output, stanza)
            : throw NotFound(server, "there is no such stanza in its configuration"));
    }

    /// <summary>What each repository has of a system's WAL.</summary>
    /// <exception cref="PgHaException">As of <see cref="RequireAsync"/>.</exception>
    public async Task<IReadOnlyList<WalArchive>> ReadAsync(
        PgInstance server, SystemIdentifier system, WalSegmentSize segmentSize, CancellationToken cancellationToken)
    {
        PgBackRestStanza stanza = await RequireAsync(server, system, cancellationToken).ConfigureAwait(false);
        List<WalArchive> archives = [];
        foreach (PgBackRestRepository repository in stanza.Repositories)
        {
            bool isOnly = stanza.Repositories.Count == 1;
            string[] choice = isOnly ? [] : [string.Create(CultureInfo.InvariantCulture, $"--repo={repository.Key}")];
            // After stanza-upgrade an older directory may be of the same system.
            string id = repository.Databases.Last(database => database.SystemIdentifier == system).ArchiveId;
            string path = $"archive/{stanza.Name}/{id}";
            string listing = await RunAsync(
                server, ["repo-ls", .. choice, "--recurse", "--output=json", path], cancellationToken).ConfigureAwait(false);
            IReadOnlyList<ArchivedFile> files = Read(server, () => PgBackRestStanza.FilesIn(listing));
            Dictionary<TimelineId, string> histories = [];
            foreach (WalArchiveFileName history in files.Select(file => file.What)
                .Where(what => what?.Kind == WalArchiveFileKind.TimelineHistory).OfType<WalArchiveFileName>())
            {
                histories[history.Timeline] = await RunAsync(
                    server, ["repo-get", .. choice, $"{path}/{history}"], cancellationToken).ConfigureAwait(false);
            }

            string name = isOnly ? _archive.ToString() : $"{_archive}, {repository}";
            archives.Add(new WalArchive(name, files, histories, system, segmentSize));
        }

        return archives;
    }

    private async Task<string> RunAsync(PgInstance server, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        string program = _archive.Program.Trim('"', '\'');
        HostCommand command = new(program, [.. _archive.QueryArguments, .. arguments]) { Timeout = _context.Timeout };
        CommandResult result;
        try
        {
            result = await _host.RunAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            throw NotReadable(server, e.Message.TrimEnd('.'), e);
        }

        return result.Succeeded ? result.Output : throw NotReadable(server, Said(result));
    }

    private T Read<T>(PgInstance server, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw NotReadable(server, $"its answer is not understood ({e.Message})", e);
        }
    }

    private static string Said(CommandResult result) =>
        string.Join(' ', $"{result.Error}\n{result.Output}"
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(3)).TrimEnd('.');

    private PgHaException NotFound(PgInstance server, string why) => new(
        ErrorIds.ArchiveNotFound, PgHaErrorKind.NotFound, $"{_archive} cannot be used for {server}: {why}.",
        "Look at it with pgbackrest info, as the user of the server.", server.ToString());

    private PgHaException NotReadable(PgInstance server, string why, Exception? cause = null) => new(
        ErrorIds.ArchiveNotReadable, PgHaErrorKind.OperationFailed, $"{_archive} could not be asked for {server}: {why}.",
        "Run pgbackrest info on the server's machine, as the user of the server.", server.ToString(), cause);
}
