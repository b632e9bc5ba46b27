using System.Text.Json;

namespace PgHa;

/// <summary>One line of <c>barman check</c>.</summary>
/// <param name="Name">What was checked, as Barman's JSON calls it, such as <c>wal_archive</c> or <c>receive_wal_running</c>.</param>
/// <param name="Succeeded">Whether Barman is content.</param>
/// <param name="Hint">What Barman adds; empty if nothing.</param>
/// <remarks>See <see href="https://docs.pgbarman.org/">Barman</see>.</remarks>
internal sealed record BarmanCheck(string Name, bool Succeeded, string Hint)
{
    private static readonly string[] OfBackups = ["backup", "minimum_redundancy", "failed_backups", "retention_policy"];

    /// <summary>Whether it is about base backups, and says nothing about WAL.</summary>
    public bool IsOfBackups => OfBackups.Any(prefix => Name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Reads the output of <c>barman -f json check SERVER</c>.</summary>
    /// <returns>The checks; <see langword="null"/> if Barman does not know the server.</returns>
    /// <exception cref="JsonException">It is no such output.</exception>
    public static IReadOnlyList<BarmanCheck>? Parse(string json, string server)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty(server, out JsonElement checks))
            return null;
        return
        [
            .. checks.EnumerateObject().Select(check => new BarmanCheck(
                check.Name,
                check.Value.GetProperty("status").GetString() == "OK",
                check.Value.GetProperty("hint").GetString() ?? "")),
        ];
    }

    /// <summary><c>receive_wal_running (see the Barman log file for more details)</c>.</summary>
    public override string ToString() => Hint.Length == 0 ? Name : $"{Name} ({Hint})";
}
