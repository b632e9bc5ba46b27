using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Selects objects of a server by name. A wildcard without a match is no error; a name without a match is one.</summary>
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
