using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>What <c>pg_waldump</c> prints of transactions and tablespaces.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/pgwaldump.html">pg_waldump</see>.</remarks>
public static partial class WalDump
{
    /// <summary>The commits among the records.</summary>
    public static int CountCommits(string text) => Commit().Count(text);

    /// <summary>The tablespaces that the records create outside the data directory: where each record begins, and the directory.</summary>
    public static IReadOnlyList<(Lsn At, string Directory)> CreatedTablespaces(string text) =>
        [.. TablespaceCreation().Matches(text).Select(match => (Lsn.Parse(match.Groups["lsn"].Value), match.Groups["path"].Value))];

    // rmgr: Transaction len (rec/tot):     34/    34, tx:        735, lsn: 0/0303C1A8, prev 0/0303C168,
    // desc: COMMIT 2026-11-22 17:01:02 UTC
    [GeneratedRegex(@"^rmgr: Transaction .*desc: COMMIT(_PREPARED)? ", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Commit();

    // rmgr: Tablespace  len (rec/tot):     42/    42, tx:        739, lsn: 0/0152D6A8, prev 0/0152D670, desc: CREATE 16388 "/disk2/space"
    [GeneratedRegex(
        @"^rmgr: Tablespace .*lsn: (?<lsn>[0-9A-F]+/[0-9A-F]+),.* desc: CREATE [0-9]+ ""(?<path>[^\r\n]+)""\r?$",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex TablespaceCreation();
}
