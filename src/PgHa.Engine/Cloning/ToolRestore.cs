using System.Globalization;
using PgHa.Engine.Archiving;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cloning;

/// <summary>
/// A backup of pgBackRest or Barman that becomes a clone, so that the source's files are not read. The WAL since the backup comes from the
/// tool's archive.
/// </summary>
/// <remarks>
/// See <see href="https://pgbackrest.org/command.html#command-restore">pgBackRest's restore command</see> and
/// <see href="https://docs.pgbarman.org/">Barman</see>.
/// </remarks>
public sealed class ToolRestore
{
    private readonly Archive _archive;
    private readonly ToolBackup _backup;
    private readonly SystemIdentifier _system;

    private ToolRestore(Archive archive, ToolBackup backup, SystemIdentifier system) =>
        (_archive, _backup, _system) = (archive, backup, system);

    /// <summary>The archive as the clone reads it.</summary>
    /// <param name="clone">The clone.</param>
    public Archive ArchiveFor(PgInstance clone) =>
        _archive is PgBackRestArchive stanza && clone.DataDirectory is { } directory ? stanza.ReadBy(directory) : _archive;

    /// <summary>Chooses the newest backup of a server in its tool's repository.</summary>
    /// <exception cref="PgHaException">
    /// <c>ArchiveNotKnown</c>: the server does not archive with the tool; <c>BackupNotFound</c>: there is no backup of its system;
    /// and what <see cref="ToolBackups.ReadAsync"/> fails with.
    /// </exception>
    public static async Task<ToolRestore> ChooseAsync(
        EngineContext context, PgInstance source, BackupTool tool, CancellationToken cancellationToken)
    {
        Archive archive = await ArchiveSource.OfToolAsync(context, source, cancellationToken).ConfigureAwait(false);
        if (archive is PgBackRestArchive != (tool == BackupTool.PgBackRest))
        {
            throw new PgHaException(
                ErrorIds.ArchiveNotKnown, PgHaErrorKind.InvalidArgument, $"{source} does not archive with {tool}, but into {archive}.",
                $"Name {archive.Tool} with -From.", source.ToString());
        }

        IHost host = await context.HostOfAsync(source, cancellationToken).ConfigureAwait(false);
        SystemIdentifier system = (await ControlFile.ReadAsync(host, source, cancellationToken).ConfigureAwait(false)).SystemIdentifier;
        IReadOnlyList<ToolBackup> backups = await new ToolBackups(context).OfAsync(
            source, archive, cancellationToken).ConfigureAwait(false);
        // Barman 3.4 does not tell the system. After the restore the files do.
        ToolBackup newest = backups.LastOrDefault(backup => backup.Backup.SystemIdentifier is not { } known || known == system)
            ?? throw new PgHaException(
                ErrorIds.BackupNotFound, PgHaErrorKind.NotFound, $"{archive} has no backup of {source} (system {system}).",
                $"Have {archive.Tool} take one; or clone the server itself, without -From.", source.ToString());
        if (newest.HasErrors)
            context.Log.Warn(ToolBackups.ErrorText(archive, newest));
        return new ToolRestore(archive, newest, system);
    }

    /// <summary>The step in words, for the plan.</summary>
    internal string Step(string directory) => string.Create(
        CultureInfo.InvariantCulture, $"Restore the backup {_backup.Id} to '{directory}' from {_archive}");

    /// <summary>Restores it into an empty directory.</summary>
    /// <param name="host">The clone's host.</param>
    /// <param name="options">The clone.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="PgHaException">
    /// <c>BaseBackupFailed</c>, <c>ProgramNotFound</c>; <c>ForeignSystemIdentifier</c>: the backup is of another system.
    /// </exception>
    internal async Task RunAsync(IHost host, BaseBackupOptions options, string directory, CancellationToken cancellationToken)
    {
        HostCommand command = _archive is BarmanArchive barman
            ? BarmanReader.CommandOf(barman, ForBarman(barman, $"{host.UserName}@{options.Address}", directory))
            : new HostCommand(
                ((PgBackRestArchive)_archive).Program.Trim('"', '\''),
                ((PgBackRestArchive)_archive).RestoreArguments(directory, _backup.Id));
        CommandResult result = await host.RunAsync(
            command with { Timeout = Timeout.InfiniteTimeSpan }, cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            string said = string.Join(' ', $"{result.Error}\n{result.Output}".Split(
                '\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeLast(3));
            throw new PgHaException(
                ErrorIds.BaseBackupFailed, PgHaErrorKind.OperationFailed,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The restore of {_backup.Id} from {_archive} failed (exit status {result.ExitCode}): {said}"),
                $"{Requirement(host.UserName)} Nothing of the copy was left behind.", options.Source.ToString());
        }

        ControlData control = await ControlFile.ReadAsync(
            host, options.Source with { DataDirectory = directory }, cancellationToken).ConfigureAwait(false);
        if (control.SystemIdentifier != _system)
        {
            throw new PgHaException(
                ErrorIds.ForeignSystemIdentifier, PgHaErrorKind.InvalidState,
                $"{Backup} is of system {control.SystemIdentifier}, and {options.Source} of {_system}.",
                $"Have {_archive.Tool} take a backup of this server.", options.Source.ToString());
        }
    }

    private PgBaseBackup Backup => _backup.Backup;

    // get-wal: without it Barman copies all WAL into the clone's directory, where it stays.
    private string ForBarman(BarmanArchive barman, string login, string directory) =>
        $"recover --standby-mode --get-wal --remote-ssh-command {ShellQuoting.Quote($"ssh {login}")} {barman.Server} {_backup.Id} "
        + ShellQuoting.Quote(directory);

    private string Requirement(string user) => _archive is BarmanArchive barman
        ? $"Barman has to reach the clone's machine by ssh as {user}, and that user has to reach {barman.Host}."
        : "pgBackRest has to be configured on the clone's machine as on the source's.";
}
