using System.Collections.Frozen;

namespace PgHa;

/// <summary>The keywords libpq understands in a connection string, and the first major that does.</summary>
/// <remarks>
/// The list was compared with <c>PQconndefaults</c> of each major's libpq from 10 to 19. It leaves out <c>authtype</c> and
/// <c>tty</c>, which all of them ignore and 14 removed. A server's WAL receiver uses its own libpq and gives up on a
/// keyword it does not know, so a standby whose <c>primary_conninfo</c> has a newer keyword never streams. See
/// <see href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS">Parameter Key Words</see>.
/// </remarks>
internal static class LibpqKeywords
{
    // In 9.6, the oldest version PgHa knows, or before.
    private const int Always = 9;

    private static readonly FrozenDictionary<string, int> FirstMajors = new Dictionary<string, int>
    {
        ["application_name"] = Always,
        ["channel_binding"] = 13,
        ["client_encoding"] = Always,
        ["connect_timeout"] = Always,
        ["dbname"] = Always,
        ["fallback_application_name"] = Always,
        ["gssdelegation"] = 16,
        ["gssencmode"] = 12,
        ["gsslib"] = Always,
        ["host"] = Always,
        ["hostaddr"] = Always,
        ["keepalives"] = Always,
        ["keepalives_count"] = Always,
        ["keepalives_idle"] = Always,
        ["keepalives_interval"] = Always,
        ["krbsrvname"] = Always,
        ["load_balance_hosts"] = 16,
        ["max_protocol_version"] = 18,
        ["min_protocol_version"] = 18,
        ["oauth_ca_file"] = 19,
        ["oauth_client_id"] = 18,
        ["oauth_client_secret"] = 18,
        ["oauth_issuer"] = 18,
        ["oauth_scope"] = 18,
        ["options"] = Always,
        ["passfile"] = 10,
        ["password"] = Always,
        ["port"] = Always,
        ["replication"] = Always,
        ["require_auth"] = 16,
        ["requirepeer"] = Always,
        ["scram_client_key"] = 18,
        ["scram_server_key"] = 18,
        ["service"] = Always,
        ["servicefile"] = 19,
        ["ssl_max_protocol_version"] = 13,
        ["ssl_min_protocol_version"] = 13,
        ["sslcert"] = Always,
        ["sslcertmode"] = 16,
        ["sslcompression"] = Always,
        ["sslcrl"] = Always,
        ["sslcrldir"] = 14,
        ["sslkey"] = Always,
        ["sslkeylogfile"] = 18,
        ["sslmode"] = Always,
        ["sslnegotiation"] = 17,
        ["sslpassword"] = 13,
        ["sslrootcert"] = Always,
        ["sslsni"] = 14,
        ["target_session_attrs"] = 10,
        ["tcp_user_timeout"] = 12,
        ["user"] = Always,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Other drivers' words for a keyword, which are too far from libpq's word for an edit distance to find it.
    private static readonly FrozenDictionary<string, string> OtherDriversWords = new Dictionary<string, string>
    {
        ["database"] = "dbname",
        ["server"] = "host",
        ["username"] = "user",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every keyword.</summary>
    public static IReadOnlyCollection<string> All => FirstMajors.Keys;

    /// <summary>Whether any libpq up to the newest knows the keyword, which is case-sensitive.</summary>
    public static bool IsKnown(string keyword) => FirstMajors.ContainsKey(keyword);

    /// <summary>The first major whose libpq knows the keyword; <see langword="null"/> if none does.</summary>
    public static int? FirstMajor(string keyword) => FirstMajors.TryGetValue(keyword, out int major) ? major : null;

    /// <summary>The message about a keyword that libpq does not know.</summary>
    public static string DescribeUnknown(string word) => Nearest(word) is { } nearest
        ? $"\"{word}\" is no libpq keyword; did you mean \"{nearest}\"?"
        : $"\"{word}\" is no libpq keyword";

    private static string? Nearest(string word)
    {
        // One slip in three characters: "hst" is host, but "foo" is not "port".
        int farthest = Math.Max(1, word.Length / 3);
        string lower = word.ToLowerInvariant();
        return OtherDriversWords.GetValueOrDefault(lower)
            ?? FirstMajors.Keys.Select(keyword => (keyword, distance: EditDistance(lower, keyword)))
                .Where(candidate => candidate.distance <= farthest)
                .OrderBy(candidate => candidate.distance)
                .ThenBy(candidate => candidate.keyword, StringComparer.Ordinal)
                .Select(candidate => candidate.keyword)
                .FirstOrDefault();
    }

    // Levenshtein's: the fewest insertions, deletions and replacements.
    private static int EditDistance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
