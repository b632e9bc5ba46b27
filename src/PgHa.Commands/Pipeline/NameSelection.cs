using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Picks what is on a server by name: a wildcard that misses is silent, a name that misses is an error.</summary>
internal static class NameSelection
{
    public static IEnumerable<T> Select<T>(
        IReadOnlyList<T> items, Func<T, string> nameOf, IReadOnlyList<string> names, Action<string> missing)
    {
        HashSet<string> chosen = [];
        foreach (string name in names)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.None);
            string[] matches = [.. items.Select(nameOf).Where(pattern.IsMatch)];
            if (matches.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
                missing(name);
            chosen.UnionWith(matches);
        }

        return items.Where(item => chosen.Contains(nameOf(item)));
    }
}
