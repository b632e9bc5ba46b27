using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;
using PgHa.Engine.Settings;

namespace PgHa.Engine.Archiving;

/// <summary>Turns WAL archiving on and off.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL">Setting Up WAL Archiving</see>.
/// </remarks>
public sealed class ArchiveControl
{
    private const string Command = "archive_command";

    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public ArchiveControl(EngineContext context) => _context = context;

    /// <summary>
    /// Has the server archive into a directory, of its machine or another one; turning <c>archive_mode</c> on takes effect at the next
    /// restart.
    /// </summary>
    /// <returns>The settings that changed.</returns>
    /// <exception cref="PgHaException">
    /// <c>ForeignArchiveCommand</c>: another archive is in use, and <see cref="ArchiveOptions.ReplaceArchiveCommand"/> is not set;
    /// <c>ArchiveDirectoryNotFound</c>, <c>ArchiveDirectoryNotWritable</c>, <c>ArchiveOfAnotherSystem</c>, <c>ArchiveInUse</c>,
    /// <c>ArchiveNotReadable</c>, <c>ArchivePathNotUsable</c>, or what <see cref="SettingStore.SetAsync"/> throws.
    /// </exception>
    public async Task<IReadOnlyList<PgSetting>> EnableAsync(
        PgInstance server, ArchiveOptions options, ConfirmChange confirm, CancellationToken cancellationToken)
    {
        var archive = FileArchive.At(HostPath.TrimEnd(options.ArchiveDirectory));
        var store = new SettingStore(_context);
        IReadOnlyList<PgSetting> current = await store.GetAsync(server, [], cancellationToken).ConfigureAwait(false);
        if (!options.ReplaceArchiveCommand)
            await RequireOwnCommandAsync(server, current, cancellationToken).ConfigureAwait(false);
        IHost? host = server.DataDirectory is null ? null : await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        IArchiveFiles? files = null;
        bool isNew = false;
        if (host is null)
            _context.Log.Warn($"{server}: without host access PgHa cannot tell whether {archive} is there and writable.");
        else
        {
            files = ArchiveSource.FilesOf(_context, archive, host);
            isNew = await new ArchiveDirectory(host, server, archive, files).CheckAsync(
                current, options, cancellationToken).ConfigureAwait(false);
        }

        Dictionary<string, string?> settings = new()
        {
            ["archive_mode"] = options.Mode.ToString().ToLowerInvariant(),
            ["archive_command"] = archive.ArchiveCommand(host?.IsWindows == true),
        };
        // With both archive_library and archive_command, PostgreSQL 16 and newer refuses to archive; in 15 the library wins.
        if (ValueOf(current, "archive_library") is { Length: > 0 })
            settings["archive_library"] = "";
        // A server with archiving and wal_level=minimal does not start.
        if (ValueOf(current, "wal_level") == "minimal")
            settings["wal_level"] = "replica";
        return await store.SetProvenAsync(
            server, settings, async plan => await confirm(plan).ConfigureAwait(false) && await CreatedAsync().ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);

        async Task<bool> CreatedAsync()
        {
            if (isNew)
                await files!.CreateAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    /// <summary>Turns archiving off.</summary>
    /// <param name="server">The server.</param>
    /// <param name="pause">
    /// Pauses archiving until it is enabled again. This takes effect at once and without a restart, but the server keeps all WAL that is
    /// not archived. Otherwise <c>archive_mode</c> is turned off: the server goes on archiving until the next restart.
    /// </param>
    /// <param name="confirm">Asked before anything changes.</param>
    /// <param name="cancellationToken">Cancels before anything changes.</param>
    /// <returns>The settings that changed.</returns>
    public Task<IReadOnlyList<PgSetting>> DisableAsync(
        PgInstance server, bool pause, ConfirmChange confirm, CancellationToken cancellationToken) =>
        new SettingStore(_context).SetProvenAsync(
            server,
            pause
                ? new Dictionary<string, string?> { ["archive_command"] = "" }
                : new Dictionary<string, string?> { ["archive_mode"] = "off" },
            confirm,
            cancellationToken);

    // A tool would go on taking backups that need the WAL which it does not get any more.
    private async Task RequireOwnCommandAsync(PgInstance server, IReadOnlyList<PgSetting> current, CancellationToken cancellationToken)
    {
        string? command = ValueOf(current, Command);
        // A running server does not show the command while archive_mode is off. Then the files have it.
        if (command == SystemSetting.HiddenArchiveCommand)
            command = await CommandInFilesAsync(server, cancellationToken).ConfigureAwait(false);
        string? library = ValueOf(current, "archive_library") is { Length: > 0 } loaded ? $"the archive_library {loaded}" : null;
        var archive = Archive.OfArchiveCommand(command);
        if (library is null && (archive is null || FileArchive.OfOwnArchiveCommand(command) is not null))
            return;
        throw new PgHaException(
            ErrorIds.ForeignArchiveCommand, PgHaErrorKind.Refused,
            library is null
                ? $"{server} archives with {archive}, and PgHa did not write its archive_command: {Secrets.Redact(command!)}"
                : $"{server} archives with {library}.",
            "Backups that rely on that archive would get no WAL any more. If PgHa shall archive instead, use -ReplaceArchiveCommand. "
                + "Get-PgArchiveStatus tells what that archive has.",
            server.ToString());
    }

    private async Task<string?> CommandInFilesAsync(PgInstance server, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, server, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            IReadOnlyList<FileValue> values = await FileValue.ReadAsync(session, [Command], cancellationToken).ConfigureAwait(false);
            return values is [.., var last] ? last.Value : null;
        }
    }

    private static string? ValueOf(IEnumerable<PgSetting> settings, string name) =>
        settings.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value;
}
