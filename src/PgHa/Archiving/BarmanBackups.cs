using System.Globalization;
using System.Text.Json;

namespace PgHa;

/// <summary>Reads the base backups that Barman tells of.</summary>
/// <remarks>See <see href="https://docs.pgbarman.org/">Barman</see>.</remarks>
internal static class BarmanBackups
{
    private const string Complete = "DONE";

    /// <summary>The ids of the complete backups in the output of <c>barman -f json list-backup SERVER</c>.</summary>
    /// <returns>The ids; <see langword="null"/> if Barman does not know the server.</returns>
    /// <exception cref="JsonException">It is no such output.</exception>
    public static IReadOnlyList<string>? Ids(string json, BarmanArchive archive)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty(archive.Server, out JsonElement backups))
            return null;
        return
        [
            .. backups.EnumerateArray()
                .Where(backup => backup.GetProperty("status").GetString() == Complete)
                .Select(backup => backup.GetProperty("backup_id").GetString()!),
        ];
    }

    /// <summary>The backup in the output of <c>barman -f json show-backup SERVER ID</c>.</summary>
    /// <exception cref="JsonException">It is no such output.</exception>
    public static ToolBackup Parse(string json, BarmanArchive archive)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement backup = document.RootElement.GetProperty(archive.Server);
        JsonElement copy = backup.GetProperty("base_backup_information");
        string id = backup.GetProperty("backup_id").GetString()!;
        return new ToolBackup(
            new PgBaseBackup
            {
                Directory = ToolBackup.PlaceOf(archive, id),
                Tool = archive.Tool,
                Format = BackupFormat.Plain,
                Label = id,
                Version = new ServerVersion(backup.GetProperty("postgresql_version").GetInt32()),
                // Barman 3.4 does not tell it.
                SystemIdentifier = Text(backup, "system_id") is { } system
                    ? new SystemIdentifier(ulong.Parse(system, CultureInfo.InvariantCulture))
                    : null,
                Timeline = new TimelineId(copy.GetProperty("timeline").GetUInt32()),
                StartLsn = Lsn.Parse(copy.GetProperty("begin_lsn").GetString()!, null),
                EndLsn = Lsn.Parse(copy.GetProperty("end_lsn").GetString()!, null),
                StartTime = Time(copy, "begin_time_timestamp"),
                EndTime = Time(copy, "end_time_timestamp"),
                BasedOn = Text(backup.GetProperty("catalog_information"), "parent_backup_id") is { } parent
                    ? ToolBackup.PlaceOf(archive, parent)
                    : null,
                // 3.4 calls it disk_usage, and newer versions backup_size.
                Size = Number(copy, "backup_size_bytes") ?? Number(copy, "disk_usage_bytes"),
            },
            id, HasErrors: false);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    private static DateTimeOffset Time(JsonElement element, string name) => DateTimeOffset.FromUnixTimeSeconds(
        long.Parse(element.GetProperty(name).GetString()!, CultureInfo.InvariantCulture));
}
