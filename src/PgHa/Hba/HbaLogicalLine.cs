using System.Text;

namespace PgHa;

/// <summary>A line of <c>pg_hba.conf</c> with the lines that a backslash at its end joins to it (14).</summary>
internal sealed class HbaLogicalLine
{
    private readonly List<int> _ends = [];

    private HbaLogicalLine(int number) => Number = number;

    /// <summary>The bytes of all its lines with their terminators.</summary>
    public string Raw { get; private set; } = "";

    /// <summary>The text without terminators and joining backslashes.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The number of its first line, from 1.</summary>
    public int Number { get; }

    /// <summary>The file ends with a joining backslash, so that an appended line would become part of this one.</summary>
    public bool IsOpen { get; private set; }

    public static List<HbaLogicalLine> Split(string raw)
    {
        List<HbaLogicalLine> logicalLines = [];
        List<string> lines = RawText.SplitLines(raw);
        for (int next = 0; next < lines.Count;)
        {
            HbaLogicalLine line = new(next + 1);
            line.Read(lines, ref next);
            logicalLines.Add(line);
        }

        return logicalLines;
    }

    /// <summary>An error at a position of <see cref="Text"/>, told as a line and a character of the file.</summary>
    public MalformedTextException Malformed(int position, string expectation)
    {
        int index = _ends.FindIndex(end => position < end);
        if (index < 0)
            index = _ends.Count - 1;
        int start = index > 0 ? _ends[index - 1] : 0;
        string before = RawText.ToText(Text[start..position]);
        string shown = Secrets.Redact(RawText.ToText(Text[start.._ends[index]]));
        bool beginsInPassword = Secrets.Redact(Text[..start]) != Text[..start];
        return new MalformedTextException("HBA rule", beginsInPassword ? Secrets.Mask : shown, before.Length, expectation, Number + index);
    }

    private void Read(List<string> lines, ref int next)
    {
        StringBuilder raw = new();
        int lastJoin = 0;
        do
        {
            raw.Append(lines[next]);
            Text = (Text + lines[next++]).TrimEnd('\r', '\n');

            // Where the joined line is empty, a backslash before the removed one is an ordinary character.
            IsOpen = Text.Length > lastJoin && Text[^1] == '\\';
            if (IsOpen)
                Text = Text[..^1];
            lastJoin = Text.Length;
            _ends.Add(Text.Length);
        }
        while (IsOpen && next < lines.Count);
        Raw = raw.ToString();
    }
}
