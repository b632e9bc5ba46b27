using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>Breaks text between words, because PowerShell's tables break it anywhere.</summary>
public static partial class WordWrap
{
    // The width of the columns before the last one, with names and positions of usual lengths.
    private const int OtherColumns = 60;
    private const int WidestTable = 100;

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
    public static IReadOnlyList<string> InLastColumn(string text, int windowWidth) =>
        Lines(text, Math.Max(24, (windowWidth is > 0 and < WidestTable ? windowWidth : WidestTable) - OtherColumns));

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
