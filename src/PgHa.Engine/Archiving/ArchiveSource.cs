using PgHa.Engine.Settings;

namespace PgHa.Engine.Archiving;

/// <summary>Where a server archives.</summary>
internal static class ArchiveSource
{
    private const string Setting = "archive_command";

    /// <summary>The directory that the server's <c>archive_command</c> names.</summary>
    /// <exception cref="PgHaException"><c>ArchiveNotKnown</c>.</exception>
    public static async Task<string> DirectoryOfAsync(EngineContext context, PgInstance server, CancellationToken cancellationToken)
    {
        string[] names = [Setting];
        IReadOnlyList<PgSetting> settings = await new SettingStore(context).GetAsync(
            server, names, cancellationToken).ConfigureAwait(false);
        string? command = settings.FirstOrDefault(setting => setting.Name == Setting)?.Value;
        return ArchiveLocation.OfArchiveCommand(command) ?? throw new PgHaException(
            "ArchiveNotKnown", PgHaErrorKind.NotFound,
            $"Where {server} archives cannot be told: its archive_command "
                + $"{(string.IsNullOrEmpty(command) ? "is empty" : $"is none that PgHa knows: {Secrets.Redact(command)}")}.",
            "Name the archive with -ArchiveDirectory.", server.ToString());
    }
}
