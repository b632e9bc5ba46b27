using System.Globalization;

namespace PgHa;

/// <summary>Reads the lines of a timeline history file, as strictly as the server's <c>readTimeLineHistory</c>.</summary>
internal static class TimelineHistoryParser
{
    public static List<TimelineSwitch> Parse(TimelineId timeline, string text)
    {
        List<TimelineSwitch> switches = [];
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (line.AsSpan().TrimStart() is [] or ['#', ..])
                continue;

            TimelineSwitch entry = ParseLine(line, number);
            if (switches is [.., var last] && entry.Timeline <= last.Timeline)
                throw Malformed(line, 0, $"expected a timeline after {last.Timeline}", number);
            if (entry.Timeline >= timeline)
                throw Malformed(line, 0, $"expected a timeline before {timeline}, whose history it is", number);
            switches.Add(entry);
        }

        return switches;
    }

    private static TimelineSwitch ParseLine(string line, int number)
    {
        int timelineStart = SkipSpace(line, 0);
        int timelineEnd = SkipWord(line, timelineStart);
        if (!uint.TryParse(line.AsSpan(timelineStart..timelineEnd), NumberStyles.None, CultureInfo.InvariantCulture, out uint timeline)
            || timeline == 0)
        {
            throw Malformed(line, timelineStart, "expected the number of a timeline", number);
        }

        int lsnStart = SkipSpace(line, timelineEnd);
        int lsnEnd = SkipWord(line, lsnStart);
        return Lsn.TryParse(line.AsSpan(lsnStart..lsnEnd), null, out Lsn end)
            ? new TimelineSwitch(new TimelineId(timeline), end, line[lsnEnd..].Trim())
            : throw Malformed(line, lsnStart, "expected the position at which the timeline ended, such as 0/3000148", number);
    }

    private static int SkipSpace(string line, int from)
    {
        while (from < line.Length && char.IsWhiteSpace(line[from]))
            from++;
        return from;
    }

    private static int SkipWord(string line, int from)
    {
        while (from < line.Length && !char.IsWhiteSpace(line[from]))
            from++;
        return from;
    }

    private static MalformedTextException Malformed(string line, int position, string expectation, int number) =>
        new("line of a timeline history", line, position, expectation, number);
}
