using System.Text.Json;

namespace PgHa;

/// <summary>Reads the base backups in the output of <c>pgbackrest info --output=json</c>.</summary>
/// <remarks>See <see href="https://pgbackrest.org/command.html#command-info">pgBackRest's info command</see>.</remarks>
internal static class PgBackRestBackups
{
    /// <summary>The backups of a stanza, oldest first.</summary>
    /// <param name="json">The output.</param>
    /// <param name="stanza">The stanza, as read from the same output.</param>
    /// <exception cref="JsonException">It is no such output.</exception>
    public static IReadOnlyList<ToolBackup> Parse(string json, PgBackRestStanza stanza)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement of = document.RootElement.EnumerateArray().Single(one => one.GetProperty("name").GetString() == stanza.Name);
        Dictionary<string, ToolBackup> backups = [];
        // A repository lists a backup after the one that it is based on.
        foreach (JsonElement backup in of.GetProperty("backup").EnumerateArray())
        {
            string id = backup.GetProperty("label").GetString()!;
            ToolBackup? prior = backup.GetProperty("prior").GetString() is { } name ? backups.GetValueOrDefault(name) : null;
            backups[id] = Read(stanza, of, backup, id, prior?.Backup);
        }

        return [.. backups.Values.OrderBy(backup => backup.Backup.StartTime)];
    }

    private static ToolBackup Read(PgBackRestStanza stanza, JsonElement of, JsonElement backup, string id, PgBaseBackup? prior)
    {
        JsonElement database = backup.GetProperty("database");
        JsonElement system = of.GetProperty("db").EnumerateArray().Single(one =>
            one.GetProperty("id").GetInt32() == database.GetProperty("id").GetInt32()
            && one.GetProperty("repo-key").GetInt32() == database.GetProperty("repo-key").GetInt32());
        string first = backup.GetProperty("archive").GetProperty("start").GetString()!;
        JsonElement lsn = backup.GetProperty("lsn");
        JsonElement time = backup.GetProperty("timestamp");
        return new ToolBackup(
            new PgBaseBackup
            {
                Directory = ToolBackup.PlaceOf(stanza, id),
                Tool = "pgBackRest",
                Format = BackupFormat.Plain,
                Label = id,
                Version = ServerVersion.Parse(system.GetProperty("version").GetString()!),
                SystemIdentifier = new SystemIdentifier(system.GetProperty("system-id").GetUInt64()),
                Timeline = WalFileName.Parse(first).Timeline,
                StartLsn = Lsn.Parse(lsn.GetProperty("start").GetString()!, null),
                EndLsn = Lsn.Parse(lsn.GetProperty("stop").GetString()!, null),
                StartTime = DateTimeOffset.FromUnixTimeSeconds(time.GetProperty("start").GetInt64()),
                EndTime = DateTimeOffset.FromUnixTimeSeconds(time.GetProperty("stop").GetInt64()),
                BasedOn = prior?.Directory,
                IncrementalFromLsn = prior?.StartLsn,
                IncrementalFromTimeline = prior?.Timeline,
                Size = backup.GetProperty("info").GetProperty("repository").GetProperty("delta").GetInt64(),
            },
            id,
            backup.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.True);
    }
}
