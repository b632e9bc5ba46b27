using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>What <c>pg_waldump</c> prints of transactions.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/pgwaldump.html">pg_waldump</see>.</remarks>
public static partial class WalDump
{
    /// <summary>The commits among the records.</summary>
    public static int CountCommits(string text) => Commit().Count(text);

    // rmgr: Transaction len (rec/tot):     34/    34, tx:        735, lsn: 0/0303C1A8, prev 0/0303C168, desc: COMMIT 2026-11-22 17:01:02 UTC
    [GeneratedRegex(@"^rmgr: Transaction .*desc: COMMIT(_PREPARED)? ", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Commit();
}
