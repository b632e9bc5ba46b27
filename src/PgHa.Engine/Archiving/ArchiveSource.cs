using PgHa.Engine.Settings;

namespace PgHa.Engine.Archiving;

/// <summary>Where a server archives.</summary>
internal static class ArchiveSource
{
    private const string Setting = "archive_command";

    /// <summary>The directory that the server's <c>archive_command</c> names.</summary>
    /// <exception cref="PgHaException"><c>ArchiveNotKnown</c>.</exception>
    public static async Task<string> DirectoryOfAsync(EngineContext context, PgInstance server, CancellationToken cancellationToken) =>
        await OfAsync(context, server, cancellationToken).ConfigureAwait(false) is DirectoryArchive { Directory: var directory }
            ? directory
            : throw NotKnown(server, "its archive_command names no directory");

    /// <summary>The archive that the server's <c>archive_command</c> fills, and that PgHa can look into.</summary>
    /// <exception cref="PgHaException"><c>ArchiveNotKnown</c>.</exception>
    public static async Task<Archive> OfAsync(EngineContext context, PgInstance server, CancellationToken cancellationToken)
    {
        string[] names = [Setting];
        IReadOnlyList<PgSetting> settings = await new SettingStore(context).GetAsync(
            server, names, cancellationToken).ConfigureAwait(false);
        string? command = settings.FirstOrDefault(setting => setting.Name == Setting)?.Value;
        return Archive.OfArchiveCommand(command) switch
        {
            null when string.IsNullOrEmpty(command) => throw NotKnown(server, "its archive_command is empty"),
            null => throw NotKnown(server, $"its archive_command archives nothing: {Secrets.Redact(command)}"),
            { Tool: { } tool } and not PgBackRestArchive => throw NotKnown(server, $"{tool} keeps it on a machine of its own"),
            OtherArchive => throw NotKnown(server, $"its archive_command is none that PgHa knows: {Secrets.Redact(command!)}"),
            var archive => archive,
        };
    }

    private static PgHaException NotKnown(PgInstance server, string why) => new(
        ErrorIds.ArchiveNotKnown, PgHaErrorKind.NotFound, $"Where {server} archives cannot be told: {why}.",
        "Name the archive with -ArchiveDirectory.", server.ToString());
}
