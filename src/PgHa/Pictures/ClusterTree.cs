namespace PgHa;

/// <summary>Draws a cluster as a tree of text, in columns.</summary>
internal static class ClusterTree
{
    private const string Reset = "\e[0m";
    private const string Bold = "\e[1m";

    /// <summary>The lines.</summary>
    /// <param name="picture">What to draw.</param>
    /// <param name="color">Whether to use the terminal's colours (ANSI escape sequences).</param>
    public static IReadOnlyList<string> Of(ClusterPicture picture, bool color)
    {
        List<(string Tree, PictureNode Node)> rows = [];
        foreach (PictureNode root in picture.Roots)
            Add(root, "", "", rows);

        (string Text, int Width)[][] columns = [.. rows.Select(row => Columns(row.Tree, row.Node))];
        int[] widths = [.. Enumerable.Range(0, columns.FirstOrDefault()?.Length ?? 0).Select(i => columns.Max(row => row[i].Width))];
        return
        [
            color ? Colored(picture.Title, Bold) : picture.Title,
            .. columns.Select((row, index) => Line(row, widths, rows[index].Node, color)),
            .. picture.Findings.Select(finding => Finding(finding, color)),
        ];
    }

    private static void Add(PictureNode node, string first, string rest, List<(string, PictureNode)> rows)
    {
        rows.Add((first + node.Name, node));
        for (int i = 0; i < node.Children.Count; i++)
        {
            PictureNode child = node.Children[i];
            bool isLast = i == node.Children.Count - 1;
            string line = child.IsArchiveFed ? "╌ " : "─ ";
            Add(child, rest + (isLast ? "└" : "├") + line, rest + (isLast ? "   " : "│  "), rows);
        }
    }

    private static (string Text, int Width)[] Columns(string tree, PictureNode node)
    {
        string[] texts =
        [
            tree, node.Role, node.State, node.Lag, node.Timeline.Length > 0 ? $"TLI {node.Timeline}" : "", node.Address,
            string.Join(", ", Notes(node)),
        ];
        return [.. texts.Select(text => (text, text.Length))];
    }

    private static IEnumerable<string> Notes(PictureNode node)
    {
        if (node.Slot.Length > 0)
            yield return $"slot {node.Slot}";
        if (node.AlsoFrom.Length > 0)
            yield return $"archive of {node.AlsoFrom}";
        foreach (string note in node.Notes)
            yield return note;
    }

    // A column that is empty on every line takes no room.
    private static string Line((string Text, int Width)[] row, int[] widths, PictureNode node, bool color)
    {
        IEnumerable<string> cells = row.Select((cell, i) => (Cell: cell.Text.PadRight(widths[i]), i))
            .Where(cell => widths[cell.i] > 0)
            .Select(cell => color && cell.i is (1 or 2)
                ? Colored(cell.Cell, cell.i == 1 ? RoleColor(node) : ColorOf(node.Tone))
                : cell.Cell);
        return string.Join("  ", cells).TrimEnd();
    }

    private static string Finding(ClusterFinding finding, bool color)
    {
        string text = $"{finding.Severity.ToString().ToLowerInvariant()}: {finding.Evidence}";
        return color
            ? Colored(text, ColorOf(finding.Severity switch
            {
                FindingSeverity.Critical => Tone.Bad,
                FindingSeverity.Warning or FindingSeverity.Unknown => Tone.Warning,
                _ => Tone.Plain,
            }))
            : text;
    }

    private static string Colored(string text, string start)
    {
        string content = text.TrimEnd();
        return start.Length == 0 || content.Length == 0 ? text : start + content + Reset + text[content.Length..];
    }

    private static string RoleColor(PictureNode node) => node.Role == "primary" ? Bold : "";

    private static string ColorOf(Tone tone) => tone switch
    {
        Tone.Good => "\e[32m",
        Tone.Warning => "\e[33m",
        Tone.Bad => "\e[31m",
        _ => "",
    };
}
