using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>Reads the connection string that <c>pg_stat_wal_receiver</c> shows: its values are not quoted, whatever is in them.</summary>
/// <remarks>
/// So a value goes on until the next keyword that libpq knows. See
/// <see href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-WAL-RECEIVER-VIEW">
/// pg_stat_wal_receiver</see>.
/// </remarks>
internal static partial class ShownConninfo
{
    /// <summary>The settings.</summary>
    /// <exception cref="MalformedTextException">libpq has no such value of a keyword.</exception>
    public static ConnectionSettings Parse(string text)
    {
        ConnectionSettings settings = ConnectionSettings.Empty;
        Match[] keywords = [.. Keyword().Matches(text).Where(match => LibpqKeywords.IsKnown(match.Groups["keyword"].Value))];
        for (int i = 0; i < keywords.Length; i++)
        {
            int start = keywords[i].Index + keywords[i].Length;
            int end = i + 1 < keywords.Length ? keywords[i + 1].Index : text.Length;
            settings = settings.With(keywords[i].Groups["keyword"].Value, text[start..end]);
        }

        return settings;
    }

    [GeneratedRegex("(?:^| )(?<keyword>[a-z_]+)=", RegexOptions.CultureInvariant)]
    private static partial Regex Keyword();
}
