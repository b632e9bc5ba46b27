using System.Globalization;

namespace PgHa;

/// <summary>Consecutive WAL segments of one timeline.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last.</param>
/// <param name="Count">How many there are.</param>
public sealed record WalFileRange(WalFileName First, WalFileName Last, long Count)
{
    /// <summary>From one segment to another of the same timeline.</summary>
    public static WalFileRange Of(WalFileName first, WalFileName last, WalSegmentSize size) =>
        new(first, last, ((last.StartLsn(size) - first.StartLsn(size)) / size.Bytes) + 1);

    /// <summary>The segments in runs without a gap; in order and each once.</summary>
    public static IReadOnlyList<WalFileRange> Group(IEnumerable<WalFileName> segments, WalSegmentSize size)
    {
        List<WalFileRange> runs = [];
        foreach (WalFileName segment in segments.Distinct().Order())
        {
            if (runs is [.., var last] && last.Last.Next(size) == segment)
                runs[^1] = last with { Last = segment, Count = last.Count + 1 };
            else
                runs.Add(new WalFileRange(segment, segment, 1));
        }

        return runs;
    }

    /// <summary>The one segment, or <c>000000010000000000000003 to 000000010000000000000005 (3 files)</c>.</summary>
    public override string ToString() =>
        Count == 1 ? First.ToString() : string.Create(CultureInfo.InvariantCulture, $"{First} to {Last} ({Count} files)");
}
