namespace PgHa;

/// <summary>The segments, by number, that a history takes from one timeline.</summary>
/// <param name="Timeline">The timeline.</param>
/// <param name="First">The number of the first.</param>
/// <param name="End">The number after the last.</param>
internal sealed record WalTimelinePart(TimelineId Timeline, ulong First, ulong End)
{
    /// <summary>The parts, oldest first.</summary>
    /// <remarks>
    /// A promotion copies the segment in which it happens to the new timeline. Recovery reads the segment there, and the
    /// old timeline has at best a partial one.
    /// </remarks>
    public static IReadOnlyList<WalTimelinePart> Of(TimelineHistory history, WalSegmentSize size)
    {
        List<WalTimelinePart> parts = [];
        ulong first = 0;
        foreach (TimelineSwitch left in history.Switches)
        {
            ulong end = left.EndLsn.Value / (ulong)size.Bytes;
            parts.Add(new WalTimelinePart(left.Timeline, first, end));
            first = end;
        }

        return [.. parts, new WalTimelinePart(history.Timeline, first, ulong.MaxValue)];
    }

    /// <summary>Whether a segment is among them.</summary>
    public bool Has(ulong number) => number >= First && number < End;
}
