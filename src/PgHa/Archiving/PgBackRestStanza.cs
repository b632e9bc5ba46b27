using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>What pgBackRest tells of a stanza and of its files.</summary>
/// <param name="Name">The stanza.</param>
/// <param name="Repositories">The repositories that are configured.</param>
/// <remarks>See <see href="https://pgbackrest.org/command.html#command-info">pgBackRest's info command</see>.</remarks>
internal sealed partial record PgBackRestStanza(string Name, IReadOnlyList<PgBackRestRepository> Repositories)
{
    /// <summary>Reads the output of <c>pgbackrest info --output=json</c>.</summary>
    /// <param name="json">The output.</param>
    /// <param name="name">The stanza; <see langword="null"/> for the only one.</param>
    /// <returns>The stanza; <see langword="null"/> if the output does not have it, or has several.</returns>
    /// <exception cref="JsonException">It is no such output.</exception>
    public static PgBackRestStanza? Parse(string json, string? name)
    {
        using JsonDocument document = Document(json);
        JsonElement[] stanzas = [.. document.RootElement.EnumerateArray().Where(one => name is null || Text(one, "name") == name)];
        return stanzas is [var stanza] ? new PgBackRestStanza(Text(stanza, "name"), [.. RepositoriesOf(stanza)]) : null;
    }

    /// <summary>Reads the output of <c>pgbackrest repo-ls --recurse --output=json</c> for the WAL of one database.</summary>
    /// <exception cref="JsonException">It is no such output.</exception>
    public static IReadOnlyList<ArchivedFile> FilesIn(string json)
    {
        using JsonDocument document = Document(json);
        return
        [
            .. document.RootElement.EnumerateObject().Where(entry => Text(entry.Value, "type") == "file").Select(entry => new ArchivedFile(
                NameOf(entry.Name),
                entry.Value.GetProperty("size").GetInt64(),
                DateTimeOffset.FromUnixTimeSeconds(entry.Value.GetProperty("time").GetInt64()))
            {
                IsOpaque = true,
            }),
        ];
    }

    private static IEnumerable<PgBackRestRepository> RepositoriesOf(JsonElement stanza)
    {
        foreach (JsonElement repository in stanza.GetProperty("repo").EnumerateArray())
        {
            int key = repository.GetProperty("key").GetInt32();
            JsonElement[] databases =
                [.. stanza.GetProperty("db").EnumerateArray().Where(one => one.GetProperty("repo-key").GetInt32() == key)];
            JsonElement status = repository.GetProperty("status");
            yield return new PgBackRestRepository(
                key, status.GetProperty("code").GetInt32(), Text(status, "message"),
                [
                    .. from archive in stanza.GetProperty("archive").EnumerateArray()
                    let of = archive.GetProperty("database")
                    where of.GetProperty("repo-key").GetInt32() == key
                    from database in databases
                    where database.GetProperty("id").GetInt32() == of.GetProperty("id").GetInt32()
                    select new PgBackRestDatabase(Text(archive, "id"), new SystemIdentifier(database.GetProperty("system-id").GetUInt64())),
                ]);
        }
    }

    // "0000000100000000/000000010000000000000001-d628….gz": a checksum and the compression are added to the segment's name.
    private static string NameOf(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        return Stored().Match(name) is { Success: true } match ? match.Groups["name"].Value : name;
    }

    private static JsonDocument Document(string json) => JsonDocument.Parse(json.Trim() is { Length: > 0 } text ? text : "{}");

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    [GeneratedRegex(@"^(?<name>[0-9A-F]{24}(?:\.partial)?)-[0-9a-f]{40}(?:\.[a-z0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Stored();
}

/// <summary>One repository of a stanza.</summary>
/// <param name="Key">Its number.</param>
/// <param name="StatusCode">0 if all is well, 2 if only backups are missing.</param>
/// <param name="Status">The status in words.</param>
/// <param name="Databases">The systems whose WAL it has; an upgraded server has one for each major.</param>
internal sealed record PgBackRestRepository(
    int Key, int StatusCode, string Status, IReadOnlyList<PgBackRestDatabase> Databases)
{
    /// <summary>Whether WAL can be pushed into it; backups are another matter.</summary>
    public bool IsUsable => StatusCode is 0 or 2;

    /// <summary><c>repository 1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"repository {Key}");
}

/// <summary>The WAL of one system in a repository.</summary>
/// <param name="ArchiveId">What pgBackRest calls it, such as <c>15-1</c>.</param>
/// <param name="SystemIdentifier">The system.</param>
internal sealed record PgBackRestDatabase(string ArchiveId, SystemIdentifier SystemIdentifier);
