using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>Where the tablespaces outside the data directory are: the file <c>tablespace_map</c> of a backup.</summary>
/// <remarks>
/// Each line has the OID and the directory of a tablespace, with a backslash before each line break and backslash of the
/// directory. A server that starts from the backup makes the links in <c>pg_tblspc</c> from the file. See
/// <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP">Making a Base
/// Backup Using the Low Level API</see>.
/// </remarks>
internal static partial class TablespaceMap
{
    /// <summary>Its name.</summary>
    public const string FileName = "tablespace_map";

    /// <summary>The directories, by the OID of the tablespace.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string text) =>
        Line().Matches(text).ToDictionary(line => line.Groups["oid"].Value, line => Escaped().Replace(line.Groups["path"].Value, "$1"));

    /// <summary>The file's text.</summary>
    public static string Format(IEnumerable<KeyValuePair<string, string>> directories) =>
        string.Concat(directories.Select(entry => $"{entry.Key} {Special().Replace(entry.Value, @"\$0")}\n"));

    [GeneratedRegex(@"(?<oid>[0-9]+) (?<path>(?:\\[\r\n\\]|[^\r\n])*)\r?\n")]
    private static partial Regex Line();

    // Servers before 2021 wrote a backslash as it is; those of a Windows path keep their meaning.
    [GeneratedRegex(@"\\([\r\n\\])")]
    private static partial Regex Escaped();

    [GeneratedRegex(@"[\r\n\\]")]
    private static partial Regex Special();
}
