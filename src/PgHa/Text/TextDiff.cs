using System.Globalization;
using System.Text;

namespace PgHa;

/// <summary>The difference between two texts, as <c>diff -u</c> prints it; for showing, because passwords are masked.</summary>
public static class TextDiff
{
    private const int ContextLines = 3;

    /// <summary>A unified diff with three lines of context; empty if the texts are equal.</summary>
    /// <param name="oldText">The text as it is.</param>
    /// <param name="newText">The text as it would be.</param>
    /// <param name="name">The file's name, for the two header lines.</param>
    /// <remarks>
    /// A line whose password alone changes appears removed and added with the same mask.
    /// Where nothing had to be masked, <c>patch</c> accepts it.
    /// </remarks>
    public static string Unified(string oldText, string newText, string name)
    {
        List<LineEdit> edits = LineEdit.Between(RawText.SplitLines(oldText), RawText.SplitLines(newText));
        StringBuilder diff = new();
        for (int i = NextChange(edits, 0); i < edits.Count;)
        {
            int end = EndOfHunk(edits, i);
            AppendHunk(diff, edits, Math.Max(0, i - ContextLines), end);
            i = NextChange(edits, end);
        }

        return diff.Length == 0 ? "" : $"--- {name}\n+++ {name}\n{diff}";
    }

    private static int NextChange(List<LineEdit> edits, int from)
    {
        int index = edits.FindIndex(from, edit => edit.Sign != ' ');
        return index < 0 ? edits.Count : index;
    }

    // Changes with at most two contexts between them share a hunk, else their contexts would overlap.
    private static int EndOfHunk(List<LineEdit> edits, int firstChange)
    {
        int end = firstChange + 1;
        for (int next = NextChange(edits, end); next < edits.Count && next - end <= 2 * ContextLines; next = NextChange(edits, end))
            end = next + 1;
        return Math.Min(edits.Count, end + ContextLines);
    }

    private static void AppendHunk(StringBuilder diff, List<LineEdit> edits, int start, int end)
    {
        string oldRange = Range(edits, start, end, foreign: '+');
        string newRange = Range(edits, start, end, foreign: '-');
        diff.Append(CultureInfo.InvariantCulture, $"@@ -{oldRange} +{newRange} @@\n");
        foreach (LineEdit edit in edits[start..end])
        {
            diff.Append(edit.Sign).Append(Secrets.Redact(edit.Line));
            if (!edit.Line.EndsWith('\n'))
                diff.Append("\n\\ No newline at end of file\n");
        }
    }

    // The range in one of the two texts, without the lines that only the other text has. An empty range names the line before it.
    private static string Range(List<LineEdit> edits, int start, int end, char foreign)
    {
        int before = edits[..start].Count(edit => edit.Sign != foreign);
        int length = edits[start..end].Count(edit => edit.Sign != foreign);
        return string.Create(CultureInfo.InvariantCulture, $"{(length == 0 ? before : before + 1)},{length}");
    }
}
