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
        HostCommand command = new(
            "ssh",
            [
                "-q", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=10",
                $"{_archive.User ?? DefaultUser}@{_archive.Host}", $"barman -f json check {_archive.Server}",
            ])
        { Timeout = _context.Timeout };
        CommandResult result;
        try
        {
            result = await _host.RunAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e)
        {
            throw NotReadable(server, e.Message.TrimEnd('.'), e);
        }

        // Its exit status is 1 where a check has failed, too.
        try
        {
            return BarmanCheck.Parse(result.Output, _archive.Server) is { } checks
                ? [.. checks.Where(check => !check.Succeeded && !check.IsOfBackups)]
                : throw new PgHaException(
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
