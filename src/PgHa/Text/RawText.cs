using System.Text;
using System.Text.Unicode;

namespace PgHa;

/// <summary>
/// The text of a server's file as the server sees it: bytes. A raw string has one character per byte (Latin-1), so that
/// text that PgHa does not change is written back byte for byte, in any encoding.
/// </summary>
internal static class RawText
{
    public static string FromBytes(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static byte[] ToBytes(string raw) => Encoding.Latin1.GetBytes(raw);

    public static string FromText(string text) => FromBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>The text for people: UTF-8, or Latin-1 if the bytes are not UTF-8.</summary>
    public static string ToText(string raw)
    {
        byte[] bytes = ToBytes(raw);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : raw;
    }

    /// <summary>The lines with their terminators; the last line may have none.</summary>
    public static List<string> SplitLines(string raw)
    {
        List<string> lines = [];
        for (int start = 0; start < raw.Length;)
        {
            int newLine = raw.IndexOf('\n', start);
            int end = newLine < 0 ? raw.Length : newLine + 1;
            lines.Add(raw[start..end]);
            start = end;
        }

        return lines;
    }

    /// <summary>Inserts a line, with the terminator that the first line has.</summary>
    public static void InsertLine(List<string> lines, int index, string raw)
    {
        string newLine = lines.Count > 0 && lines[0].EndsWith("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        if (index > 0 && !lines[index - 1].EndsWith('\n'))
            lines[index - 1] += newLine;
        lines.Insert(index, raw + newLine);
    }
}
