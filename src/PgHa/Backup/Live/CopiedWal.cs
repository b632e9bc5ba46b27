using System.Globalization;

namespace PgHa;

/// <summary>The WAL that a copy of a running server needs to become consistent.</summary>
/// <param name="Files">The names of the segments and timeline histories, as they are in the server's WAL directory.</param>
/// <param name="Complete">Those of them that get no further WAL: a promoted copy does not archive them again.</param>
/// <param name="Missing">The segments that are not there; none where all is well.</param>
internal sealed record CopiedWal(IReadOnlyList<string> Files, IReadOnlyList<string> Complete, IReadOnlyList<string> Missing)
{
    private const string HistorySuffix = ".history";

    /// <summary>Chooses from the files of the WAL directory.</summary>
    /// <param name="names">The names in the directory.</param>
    /// <param name="label">The label of the backup, which tells where it began.</param>
    /// <param name="end">Where it ended.</param>
    /// <param name="size">The size of a segment.</param>
    public static CopiedWal Of(IReadOnlyCollection<string> names, BackupLabel label, Lsn end, WalSegmentSize size)
    {
        ulong first = Number(label.StartLsn, size);
        ulong last = Math.Max(first, Number(new Lsn(end.Value - 1), size));
        List<(string Name, ulong Number)> segments = [];
        foreach (string name in names)
        {
            // A standby may have followed its upstream to a later timeline during the backup. A primary cannot have.
            if (WalFileName.TryParse(name, out WalFileName file)
                && (label.IsFromStandby ? file.Timeline >= label.Timeline : file.Timeline == label.Timeline)
                && Number(file.StartLsn(size), size) is var number && number >= first && number <= last)
            {
                segments.Add((name, number));
            }
        }

        string[] histories = [.. names.Where(name => name.EndsWith(HistorySuffix, StringComparison.Ordinal))];
        // A primary ends the last segment of a backup. A standby goes on writing to it.
        IEnumerable<string> complete = segments
            .Where(segment => segment.Number != last || !label.IsFromStandby)
            .Select(segment => segment.Name);
        HashSet<ulong> there = [.. segments.Select(segment => segment.Number)];
        List<string> missing = [];
        for (ulong number = first; number <= last; number++)
        {
            if (!there.Contains(number))
                missing.Add(WalFileName.At(label.Timeline, new Lsn(number * (ulong)size.Bytes), size).ToString());
        }

        return new CopiedWal([.. segments.Select(segment => segment.Name), .. histories], [.. complete, .. histories], missing);
    }

    /// <summary>The missing segments, in words.</summary>
    public string MissingText => Missing.Count == 1
        ? Missing[0]
        : string.Create(CultureInfo.InvariantCulture, $"{Missing[0]} and {Missing.Count - 1} more");

    private static ulong Number(Lsn position, WalSegmentSize size) => position.Value / (ulong)size.Bytes;
}
