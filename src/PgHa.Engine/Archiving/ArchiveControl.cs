using PgHa.Engine.Hosts;
using PgHa.Engine.Settings;

namespace PgHa.Engine.Archiving;

/// <summary>Turns WAL archiving on and off.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL">Setting Up WAL Archiving</see>.</remarks>
public sealed class ArchiveControl
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public ArchiveControl(EngineContext context) => _context = context;

    /// <summary>Has the server archive into a directory; turning <c>archive_mode</c> on takes effect at the next restart.</summary>
    /// <returns>The settings that changed.</returns>
    /// <exception cref="PgHaException">
    /// <c>ArchiveDirectoryNotFound</c>, <c>ArchiveDirectoryNotWritable</c>, <c>ArchiveOfAnotherSystem</c>, <c>ArchiveInUse</c>,
    /// <c>ArchivePathNotUsable</c>, or what <see cref="SettingStore.SetAsync"/> throws.
    /// </exception>
    public async Task<IReadOnlyList<PgSetting>> EnableAsync(
        PgInstance server, ArchiveOptions options, ConfirmChange confirm, CancellationToken cancellationToken)
    {
        string directory = Path.TrimEndingDirectorySeparator(options.ArchiveDirectory);
        var store = new SettingStore(_context);
        IReadOnlyList<PgSetting> current = await store.GetAsync(server, [], cancellationToken).ConfigureAwait(false);
        IHost? host = server.DataDirectory is null ? null : await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        bool isNew = false;
        if (host is null)
            _context.Log.Warn($"{server}: without host access PgHa cannot tell whether '{directory}' is there and writable.");
        else
            isNew = await new ArchiveDirectory(host, server, directory).CheckAsync(current, options, cancellationToken).ConfigureAwait(false);

        Dictionary<string, string?> settings = new()
        {
            ["archive_mode"] = options.Mode.ToString().ToLowerInvariant(),
            ["archive_command"] = host?.IsWindows == true ? ArchiveCommand.ForWindows(directory) : ArchiveCommand.ForPosix(directory),
        };
        // From 16 on a server with both refuses to archive; before, the library wins.
        if (ValueOf(current, "archive_library") is { Length: > 0 })
            settings["archive_library"] = "";
        // With wal_level=minimal a server that shall archive does not start.
        if (ValueOf(current, "wal_level") == "minimal")
            settings["wal_level"] = "replica";
        return await store.SetProvenAsync(
            server, settings, async plan => await confirm(plan).ConfigureAwait(false) && await CreatedAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

        async Task<bool> CreatedAsync()
        {
            if (isNew)
                await ArchiveDirectory.CreateAsync(host!, directory, cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    /// <summary>Has the server archive no more.</summary>
    /// <param name="server">The server.</param>
    /// <param name="pause">
    /// Only until archiving is enabled again: at once and without a restart, but meanwhile the server keeps all WAL that is not archived.
    /// Otherwise <c>archive_mode</c> is turned off, which takes effect at the next restart; until then it goes on archiving.
    /// </param>
    /// <param name="confirm">Asked before anything changes.</param>
    /// <param name="cancellationToken">Cancels before anything changes.</param>
    /// <returns>The settings that changed.</returns>
    public Task<IReadOnlyList<PgSetting>> DisableAsync(PgInstance server, bool pause, ConfirmChange confirm, CancellationToken cancellationToken) =>
        new SettingStore(_context).SetProvenAsync(
            server,
            pause ? new Dictionary<string, string?> { ["archive_command"] = "" } : new Dictionary<string, string?> { ["archive_mode"] = "off" },
            confirm,
            cancellationToken);

    private static string? ValueOf(IEnumerable<PgSetting> settings, string name) =>
        settings.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value;
}
