using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>Breaks text between words, because PowerShell's tables break it anywhere.</summary>
public static partial class WordWrap
{
    private const int WidestTable = 120;
    private const int NarrowestColumn = 24;

    // Names in other rows of the table are somewhat longer.
    private const int Spare = 4;

    /// <summary>The lines of a text, none wider than asked for unless a word is.</summary>
    public static IReadOnlyList<string> Lines(string text, int width)
    {
        List<string> lines = [];
        foreach (string paragraph in text.Split('\n'))
        {
            int start = lines.Count;
            foreach (string word in Spaces().Split(paragraph.Trim()))
            {
                if (lines.Count > start && lines[^1].Length + 1 + word.Length <= width)
                    lines[^1] += " " + word;
                else
                    lines.Add(word);
            }
        }

        return lines;
    }

    /// <summary>The lines of a text in the last column of a table.</summary>
    /// <param name="text">The text.</param>
    /// <param name="windowWidth">The columns of the console; 0 where there is none.</param>
    /// <param name="others">The heading of each other column, and after each the row's value in it.</param>
    public static IReadOnlyList<string> InLastColumn(string text, int windowWidth, params string?[] others)
    {
        int taken = others.Chunk(2).Sum(column => column.Max(cell => cell?.Length ?? 0) + 1) + Spare;
        return Lines(text, Math.Max(NarrowestColumn, (windowWidth is > 0 and < WidestTable ? windowWidth : WidestTable) - taken));
    }

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
