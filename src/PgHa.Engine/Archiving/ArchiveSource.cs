using PgHa.Engine.Machines;
using PgHa.Engine.Settings;

namespace PgHa.Engine.Archiving;

/// <summary>Where a server archives.</summary>
internal static class ArchiveSource
{
    private const string Setting = "archive_command";

    /// <summary>The files of an archive.</summary>
    /// <param name="context">Log and access.</param>
    /// <param name="location">A directory of the server's machine, by default this one, or a location on another one.</param>
    /// <param name="reachedBy">
    /// The server whose user logs in at another machine; <see langword="null"/> for the user of this process.
    /// </param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<IArchiveFiles> FilesAsync(
        EngineContext context, string location, PgInstance? reachedBy, CancellationToken cancellationToken)
    {
        var archive = FileArchive.At(location);
        IHost host = archive is DirectoryArchive
            ? await context.MachineOf(reachedBy?.Machine).HostForDirectoryAsync(
                location, serverUser: null, cancellationToken).ConfigureAwait(false)
            : reachedBy is null ? await context.MachineOf(PgMachine.This).OperatorAsync(cancellationToken).ConfigureAwait(false)
            : await context.HostOfAsync(reachedBy, cancellationToken).ConfigureAwait(false);
        return FilesOf(context, archive, host);
    }

    /// <summary>The files of an archive, as the user of a host reaches them: on its machine, or from there by ssh.</summary>
    public static IArchiveFiles FilesOf(EngineContext context, FileArchive archive, IHost host) =>
        archive is SshArchive ssh ? new SshArchiveFiles(host, ssh, context.Timeout) : new HostArchiveFiles(host, archive.Directory);

    /// <summary>The directory or location that the server's <c>archive_command</c> names.</summary>
    /// <exception cref="PgHaException"><c>ArchiveNotKnown</c>, <c>KeptByAnotherTool</c>.</exception>
    public static async Task<string> LocationOfAsync(EngineContext context, PgInstance server, CancellationToken cancellationToken)
    {
        string? command = await CommandAsync(context, server, cancellationToken).ConfigureAwait(false);
        return Archive.OfArchiveCommand(command) switch
        {
            FileArchive { Location: var location } => location,
            { Expiry: { } expiry } archive => throw new PgHaException(
                ErrorIds.KeptByAnotherTool, PgHaErrorKind.Refused,
                $"{archive} keeps the WAL of {server}, and removes it with the backups that no longer need it.", expiry, server.ToString()),
            _ => throw NotKnown(server, "its archive_command names no directory"),
        };
    }

    /// <summary>The archive that the server's <c>archive_command</c> fills, and that PgHa can look into.</summary>
    /// <exception cref="PgHaException"><c>ArchiveNotKnown</c>.</exception>
    public static async Task<Archive> OfAsync(EngineContext context, PgInstance server, CancellationToken cancellationToken)
    {
        string? command = await CommandAsync(context, server, cancellationToken).ConfigureAwait(false);
        return Archive.OfArchiveCommand(command) switch
        {
            null when string.IsNullOrEmpty(command) => throw NotKnown(server, "its archive_command is empty"),
            null => throw NotKnown(server, $"its archive_command archives nothing: {Secrets.Redact(command)}"),
            { Tool: { } tool } and not PgBackRestArchive => throw NotKnown(server, $"{tool} keeps it on a machine of its own"),
            OtherArchive => throw NotKnown(server, $"its archive_command is none that PgHa knows: {Secrets.Redact(command!)}"),
            var archive => archive,
        };
    }

    /// <summary>The archive of a tool that keeps base backups too, as the server's <c>archive_command</c> names it.</summary>
    /// <exception cref="PgHaException"><c>ArchiveNotKnown</c>.</exception>
    public static async Task<Archive> OfToolAsync(EngineContext context, PgInstance server, CancellationToken cancellationToken)
    {
        string? command = await CommandAsync(context, server, cancellationToken).ConfigureAwait(false);
        return Archive.OfArchiveCommand(command) is { } archive and (PgBackRestArchive or BarmanArchive)
            ? archive
            : throw new PgHaException(
                ErrorIds.ArchiveNotKnown, PgHaErrorKind.NotFound,
                $"Which tool keeps the backups of {server} cannot be told: its archive_command is of neither pgBackRest nor Barman.",
                "See Get-PgArchiveStatus. Backups in a folder are found by the folder's path.", server.ToString());
    }

    private static async Task<string?> CommandAsync(EngineContext context, PgInstance server, CancellationToken cancellationToken)
    {
        string[] names = [Setting];
        IReadOnlyList<PgSetting> settings = await new SettingStore(context).GetAsync(
            server, names, cancellationToken).ConfigureAwait(false);
        return settings.FirstOrDefault(setting => setting.Name == Setting)?.Value;
    }

    private static PgHaException NotKnown(PgInstance server, string why) => new(
        ErrorIds.ArchiveNotKnown, PgHaErrorKind.NotFound, $"Where {server} archives cannot be told: {why}.",
        "Name the archive with -ArchiveDirectory.", server.ToString());
}
