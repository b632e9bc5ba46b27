using System.Text;

namespace PgHa;

/// <summary>Settings whose value is a list of names, which <c>ALTER SYSTEM</c> has to be given one by one.</summary>
/// <remarks>
/// Given as one string, <c>'a, b'</c> would become the single name <c>"a, b"</c>, and the server would not start with such a
/// <c>shared_preload_libraries</c>. The names are those that the server marks <c>GUC_LIST_QUOTE</c>.
/// </remarks>
internal static class SettingList
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "local_preload_libraries", "search_path", "session_preload_libraries",
        "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories",
    };

    /// <summary>Whether the setting is such a list.</summary>
    public static bool Contains(string name) => Names.Contains(name);

    /// <summary>The elements of a list; none for an empty one.</summary>
    public static IReadOnlyList<string> Split(string value)
    {
        List<string> elements = [];
        var element = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i <= value.Length; i++)
        {
            if (i == value.Length || (value[i] == ',' && !quoted))
            {
                if (element.ToString().Trim() is { Length: > 0 } text)
                    elements.Add(text);
                element.Clear();
            }
            else if (value[i] != '"')
            {
                element.Append(value[i]);
            }
            else if (quoted && i + 1 < value.Length && value[i + 1] == '"')
            {
                element.Append('"');
                i++;
            }
            else
            {
                quoted = !quoted;
            }
        }

        return elements;
    }
}
