using System.Text.Json;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Archiving;

/// <summary>
/// Asks Barman about the server that it archives: over ssh, as the user of that server, as Barman's own archive command goes there.
/// </summary>
internal sealed class BarmanReader
{
    private const string DefaultUser = "barman";

    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly BarmanArchive _archive;

    public BarmanReader(EngineContext context, IHost host, BarmanArchive archive)
    {
        _context = context;
        _host = host;
        _archive = archive;
    }

    /// <summary>What <c>barman check</c> is not content with, as far as WAL is concerned.</summary>
    /// <exception cref="PgHaException">
    /// <c>ArchiveNotFound</c>: Barman does not know the server; <c>ArchiveNotReadable</c>: Barman cannot be asked.
    /// </exception>
    public async Task<IReadOnlyList<BarmanCheck>> FailedAsync(PgInstance server, CancellationToken cancellationToken)
    {
        // Its exit status is 1 where a check has failed, too.
        IReadOnlyList<BarmanCheck> checks = await AskAsync(
            server, "check", output => BarmanCheck.Parse(output, _archive.Server), cancellationToken).ConfigureAwait(false);
        return [.. checks.Where(check => !check.Succeeded && !check.IsOfBackups)];
    }

    /// <summary>The complete base backups of the server, oldest first.</summary>
    /// <exception cref="PgHaException">As of <see cref="FailedAsync"/>.</exception>
    public async Task<IReadOnlyList<ToolBackup>> BackupsAsync(PgInstance server, CancellationToken cancellationToken)
    {
        List<ToolBackup> backups = [];
        foreach (string id in await AskAsync(
            server, "list-backup", output => BarmanBackups.Ids(output, _archive), cancellationToken).ConfigureAwait(false))
        {
            backups.Add(await AskAsync(
                server, "show-backup", output => BarmanBackups.Parse(output, _archive), cancellationToken, id).ConfigureAwait(false));
        }

        return [.. backups.OrderBy(backup => backup.Backup.StartTime)];
    }

    /// <summary>The command that has Barman do something on its machine.</summary>
    /// <param name="archive">Where Barman is.</param>
    /// <param name="arguments">Its arguments, quoted for a shell.</param>
    public static HostCommand CommandOf(BarmanArchive archive, string arguments) => new(
        "ssh", "-q", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=10",
        $"{archive.User ?? DefaultUser}@{archive.Host}", $"barman {arguments}");

    private async Task<T> AskAsync<T>(
        PgInstance server, string about, Func<string, T?> read, CancellationToken cancellationToken, string id = "")
        where T : class
    {
        HostCommand command = CommandOf(_archive, $"-f json {about} {_archive.Server} {id}".TrimEnd()) with { Timeout = _context.Timeout };
        CommandResult result;
        try
        {
            result = await _host.RunAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            throw NotReadable(server, e.Message.TrimEnd('.'), e);
        }

        try
        {
            return read(result.Output) ?? throw new PgHaException(
                ErrorIds.ArchiveNotFound, PgHaErrorKind.NotFound,
                $"{_archive} cannot be used for {server}: Barman knows no such server.", "barman list-servers names those it knows.",
                server.ToString());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            string said = result.Error.Trim().Length > 0 ? result.Error.Trim() : e.Message;
            throw NotReadable(server, said.TrimEnd('.'), e);
        }
    }

    private PgHaException NotReadable(PgInstance server, string why, Exception cause) => new(
        ErrorIds.ArchiveNotReadable, PgHaErrorKind.OperationFailed, $"{_archive} could not be asked for {server}: {why}.",
        $"As the user of the server, run: ssh {_archive.User ?? DefaultUser}@{_archive.Host} barman check {_archive.Server}",
        server.ToString(), cause);
}
