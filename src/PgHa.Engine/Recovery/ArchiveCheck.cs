using PgHa.Engine.Archiving;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Recovery;

/// <summary>Makes sure that a standby can restore from an archive, before its configuration says so.</summary>
internal sealed class ArchiveCheck
{
    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _standby;

    public ArchiveCheck(EngineContext context, IHost host, PgInstance standby)
    {
        _context = context;
        _host = host;
        _standby = standby;
    }

    /// <summary>Checks that the archive is there, is readable, and has WAL of the standby's own system.</summary>
    /// <exception cref="PgHaException">
    /// <c>ArchiveDirectoryNotFound</c>, <c>ForeignSystemIdentifier</c>; of another tool's archive <c>ArchiveNotFound</c>,
    /// <c>ArchiveOfAnotherSystem</c>, <c>ArchiveNotReadable</c>.
    /// </exception>
    public Task RequireAsync(Archive archive, ControlData control, CancellationToken cancellationToken) => archive switch
    {
        FileArchive files => RequireFilesAsync(files, control, cancellationToken),
        PgBackRestArchive pgBackRest => new PgBackRestReader(_context, _host, pgBackRest).RequireAsync(
            _standby, control.SystemIdentifier, cancellationToken),
        BarmanArchive barman => RequireBarmanAsync(barman, cancellationToken),
        _ => Task.CompletedTask,
    };

    private async Task RequireFilesAsync(FileArchive archive, ControlData control, CancellationToken cancellationToken)
    {
        IArchiveFiles files = ArchiveSource.FilesOf(_context, archive, _host);
        IReadOnlyList<ArchiveEntry> entries = await files.ListAsync(withContent: false, cancellationToken).ConfigureAwait(false)
            ?? throw new PgHaException(
                ErrorIds.ArchiveDirectoryNotFound, PgHaErrorKind.NotFound,
                $"There is no archive directory {archive}{(archive is DirectoryArchive ? $" on the machine of {_standby}" : "")}.",
                "Name the directory that Enable-PgArchiving fills.", _standby.ToString());

        // All files of an archive belong to one system. The newest file is the least likely to be removed in the meantime.
        string? newest = entries.LastOrDefault(entry => WalFileName.TryParse(entry.Name, out _))?.Name;
        if (newest is null
            || await files.ReadAsync(newest, WalSegmentHeader.Length, cancellationToken).ConfigureAwait(false) is not { } segment
            || WalSegmentHeader.TryRead(segment) is not { } header)
        {
            return;
        }

        if (header.SystemIdentifier != control.SystemIdentifier)
            throw UpstreamCheck.ForeignSystem(_standby, control.SystemIdentifier, $"the archive {archive}", header.SystemIdentifier);
    }

    // Barman is on another machine: its own program of this machine tries the connection, and whether Barman knows the server.
    private async Task RequireBarmanAsync(BarmanArchive barman, CancellationToken cancellationToken)
    {
        string[] user = barman.User is { } name ? ["--user", name] : [];
        HostCommand test = new("barman-wal-restore", ["--test", .. user, barman.Host, barman.Server, "DUMMY", "DUMMY"])
        {
            Timeout = _context.Timeout,
        };
        string said;
        try
        {
            CommandResult result = await _host.RunAsync(test, cancellationToken).ConfigureAwait(false);
            if (result.Succeeded)
                return;
            said = $"{result.Output} {result.Error}".Trim().ReplaceLineEndings(" ");
        }
        catch (PgHaException e)
        {
            said = e.Message;
        }

        throw new PgHaException(
            ErrorIds.ArchiveNotReadable, PgHaErrorKind.OperationFailed, $"{barman} could not be asked for {_standby}: {said.TrimEnd('.')}.",
            "Install barman-cli on the standby's machine, and let its user log in at Barman's by ssh (barman-wal-restore --test). "
                + "-Force writes the configuration unchecked.",
            _standby.ToString());
    }
}
