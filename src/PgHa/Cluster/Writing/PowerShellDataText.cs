using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>Writes the parts of a definition as a PowerShell data file. A value that fits on one line is written on one.</summary>
internal static partial class PowerShellDataText
{
    private const int Width = 110;
    private const string Indent = "    ";

    // PowerShell reads typographic single quotes as plain ones, so all of them are doubled inside a text.
    private const string SingleQuotes = "'\u2018\u2019\u201A\u201B";

    /// <summary>The text, with a line break at its end.</summary>
    public static string Of(DefinitionTable parts) => Long(parts, "") + Environment.NewLine;

    private static string Text(DefinitionValue value, string indent, int column) =>
        Short(value) is { } line && column + line.Length <= Width ? line : Long(value, indent);

    private static string? Short(DefinitionValue value) => value switch
    {
        DefinitionTable table when table.Entries.Any(entry => Short(entry.Value) is null) => null,
        DefinitionTable table => $"@{{ {string.Join("; ", table.Entries.Select(entry => $"{Key(entry.Key)} = {Short(entry.Value)}"))} }}",
        // Each table of a list has a line of its own, however short.
        DefinitionList list when list.Items.Any(item => item is DefinitionTable) => null,
        DefinitionList list => $"@({string.Join(", ", list.Items.Select(Short))})",
        DefinitionScalar { Value: bool flag } => flag ? "$true" : "$false",
        DefinitionScalar { Value: int number } => number.ToString(CultureInfo.InvariantCulture),
        _ => Quote((string)((DefinitionScalar)value).Value!),
    };

    private static string Long(DefinitionValue value, string indent)
    {
        string inner = indent + Indent;
        return value switch
        {
            DefinitionTable table => Block("@{", table.Entries.Select(entry => Entry(entry, inner)), indent, "}"),
            DefinitionList list => Block("@(", list.Items.Select(item => inner + Text(item, inner, inner.Length)), indent, ")"),
            _ => Short(value)!,
        };
    }

    private static string Entry(DefinitionEntry entry, string indent)
    {
        string start = $"{indent}{Key(entry.Key)} = ";
        return start + Text(entry.Value, indent, start.Length);
    }

    private static string Block(string open, IEnumerable<string> lines, string indent, string close) =>
        new StringBuilder(open).AppendLine().AppendJoin(Environment.NewLine, lines).AppendLine().Append(indent).Append(close).ToString();

    private static string Key(string name) => PlainKey().IsMatch(name) ? name : Quote(name);

    private static string Quote(string text) =>
        $"'{string.Concat(text.Select(c => SingleQuotes.Contains(c, StringComparison.Ordinal) ? $"{c}{c}" : c.ToString()))}'";

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainKey();
}
