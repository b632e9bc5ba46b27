using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>Converts the options of an output plugin to text, as the server takes them.</summary>
internal static class PluginOptions
{
    public static IReadOnlyDictionary<string, string?> From(IDictionary options) =>
        options.Cast<DictionaryEntry>().ToDictionary(option => Text(option.Key)!, option => Text(option.Value));

    private static string? Text(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        string text => text,
        IEnumerable list => string.Join(',', list.Cast<object?>().Select(Text)),
        var other => Convert.ToString(other, CultureInfo.InvariantCulture),
    };
}
