using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Archiving;

/// <summary>
/// Completes the archive status of a server whose archive another tool keeps: the server knows only that the tool's command ended well.
/// </summary>
public static class ToolArchiveStatus
{
    /// <summary>The status with what the tool says is in the archive, or with the doubt that nobody has dispelled.</summary>
    public static async Task<ArchiveStatus> CompleteAsync(EngineContext context, ArchiveStatus status, CancellationToken cancellationToken)
    {
        if (!status.IsArchiving || Archive.OfArchiveCommand(status.Command) is not { Doubt: { } doubt } archive)
            return status;
        IEnumerable<WalFinding> findings;
        try
        {
            findings = await FindingsAsync(context, status, archive, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.ErrorId is ErrorIds.ArchiveNotFound or ErrorIds.ArchiveOfAnotherSystem)
        {
            findings = [Finding(status, WalFindingCause.ArchiveIncomplete, e.Message.TrimEnd('.'))];
        }
        catch (PgHaException e)
        {
            string server = status.Server.Name;
            findings = [Finding(status, WalFindingCause.ArchiveNotProven, $"{server} {doubt}, and: {e.Message.TrimEnd('.')}")];
        }

        return status with { Findings = [.. status.Findings.Concat(findings).OrderBy(finding => finding.Cause)] };
    }

    private static async Task<IEnumerable<WalFinding>> FindingsAsync(
        EngineContext context, ArchiveStatus status, Archive archive, CancellationToken cancellationToken)
    {
        PgInstance server = status.Server;
        if (server.DataDirectory is null)
        {
            const string How = "it can be asked on the machine of the server only (name its data directory)";
            return [Finding(status, WalFindingCause.ArchiveNotProven, $"{server.Name} {archive.Doubt}; {How}")];
        }

        IHost host = await context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        if (archive is BarmanArchive barman)
        {
            IReadOnlyList<BarmanCheck> failed = await new BarmanReader(context, host, barman).FailedAsync(
                server, cancellationToken).ConfigureAwait(false);
            return failed.Count == 0 ? [] :
            [
                Finding(
                    status, WalFindingCause.ArchiveIncomplete,
                    $"{archive} has not got all WAL of {server.Name}, or does not know: barman check fails: {string.Join("; ", failed)}"),
            ];
        }

        var pgBackRest = (PgBackRestArchive)archive;
        ControlData control = await ControlFile.ReadAsync(host, server, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<WalArchive> archives = await new PgBackRestReader(context, host, pgBackRest).ReadAsync(
            server, control.SystemIdentifier, control.WalSegmentSize, cancellationToken).ConfigureAwait(false);
        WalArchiveFileName? last = status.LastArchivedFile is { } file ? WalArchiveFileName.TryParse(file) : null;
        ServerArchiving archiving = new(server, status.Role == ServerRole.Primary ? control.Timeline : null, last is null ? [] : [last]);
        return archives
            .SelectMany(one => ArchiveExamination.Of(one, [], archiving, TimeProvider.System.GetUtcNow()))
            .Where(finding => finding.Severity == FindingSeverity.Critical)
            .Select(finding => Finding(
                status, WalFindingCause.ArchiveIncomplete, $"{finding.ArchiveDirectory} of {server.Name}: {finding.Evidence}"));
    }

    private static WalFinding Finding(ArchiveStatus status, WalFindingCause cause, string text) => new(cause, status.Server.Name, text);
}
