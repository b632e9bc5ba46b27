using System.IO.Enumeration;

namespace PgHa.Engine.Machines.Local;

/// <summary>Paths with <c>*</c> in the names of folders, such as <c>/usr/lib/postgresql/*/bin/postgres</c>.</summary>
internal static class PathPattern
{
    /// <summary>The paths that a pattern stands for, sorted. Only the folders that matched a <c>*</c> are known to exist.</summary>
    /// <param name="pattern">An absolute path.</param>
    /// <param name="separator">What separates its parts.</param>
    /// <param name="foldersOf">The names of a directory's subdirectories; none if there is no such directory.</param>
    public static IEnumerable<string> Expand(string pattern, char separator, Func<string, IEnumerable<string>> foldersOf)
    {
        int star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
            return [pattern];
        int start = pattern.LastIndexOf(separator, star);
        int end = pattern.IndexOf(separator, star);
        string parent = pattern[..start];
        string name = pattern[(start + 1)..end];
        return foldersOf(parent)
            .Where(folder => FileSystemName.MatchesSimpleExpression(name, folder, ignoreCase: separator == '\\'))
            .Order(StringComparer.Ordinal)
            .SelectMany(folder => Expand($"{parent}{separator}{folder}{pattern[end..]}", separator, foldersOf));
    }
}
