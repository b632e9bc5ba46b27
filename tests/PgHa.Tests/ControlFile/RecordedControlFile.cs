namespace PgHa.Tests;

/// <summary>
/// The bytes of a server's <c>pg_control</c>, and what the server's SQL functions or <c>backup_label</c> said at that moment.
/// </summary>
internal sealed record RecordedControlFile(string Situation, byte[] Bytes, IReadOnlyDictionary<string, string> Expected)
{
    public static IEnumerable<RecordedControlFile> OfMajor(int major)
    {
        foreach (string section in Fixture.Read($"pg_control-{major}.txt").Split("\n[")[1..])
        {
            string[] lines = section.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            yield return new RecordedControlFile(
                lines[0].TrimEnd(']'),
                Convert.FromHexString(string.Concat(lines[1..].Where(line => !line.Contains('|', StringComparison.Ordinal)))),
                lines.Where(line => line.Contains('|', StringComparison.Ordinal))
                    .Select(line => line.Split('|'))
                    .ToDictionary(pair => pair[0], pair => pair[1]));
        }
    }

    public static RecordedControlFile Of(int major, string situation) => OfMajor(major).Single(recorded => recorded.Situation == situation);
}
