using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>The position at which <c>pg_waldump</c> could read no further, from its messages.</summary>
/// <param name="Lsn">The position: nothing was written from there on.</param>
/// <param name="MissingFile">The missing WAL file that would begin there; <see langword="null"/> if the file is there.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/pgwaldump.html">pg_waldump</see>.</remarks>
internal sealed partial record WalDumpEnd(Lsn Lsn, WalFileName? MissingFile)
{
    /// <summary>Reads what the program says when it ends; <see langword="null"/> if it says nothing of an end.</summary>
    /// <param name="said">Its error output.</param>
    /// <param name="segmentSize">The size of the WAL files.</param>
    public static WalDumpEnd? Parse(string said, WalSegmentSize segmentSize)
    {
        if (BadRecord().Match(said) is { Success: true } record)
            return new(AfterHeaders(Lsn.Parse(record.Groups["end"].Value), segmentSize), null);
        if (BadPage().Match(said) is { Success: true } page)
        {
            return new(
                WalFileName.Parse(page.Groups["file"].Value).StartLsn(segmentSize)
                    + long.Parse(page.Groups["offset"].Value, CultureInfo.InvariantCulture),
                null);
        }

        if (NoRecord().Match(said) is { Success: true } none)
            return new(AfterHeaders(Lsn.Parse(none.Groups["end"].Value), segmentSize), null);
        return NoFile().Match(said) is { Success: true } missing && WalFileName.TryParse(missing.Groups["file"].Value, out WalFileName file)
            ? new(file.StartLsn(segmentSize), file)
            : null;
    }

    /// <summary>The position, or the start of its page if only the page's header is before it: nothing else is written there.</summary>
    /// <remarks>
    /// After a WAL switch one server says that its WAL ends where the next file begins, and another
    /// one behind that file's header.
    /// </remarks>
    public static Lsn AfterHeaders(Lsn position, WalSegmentSize segmentSize)
    {
        const long ShortHeader = 24;
        const long LongHeader = 40;
        long inPage = (long)(position.Value % FirstRecord.PageSize);
        bool isFirstPage = (long)(position.Value % (ulong)segmentSize.Bytes) < FirstRecord.PageSize;
        return inPage <= (isFirstPage ? LongHeader : ShortHeader) ? position + -inPage : position;
    }

    // "error in WAL record at 0/3000148: invalid record length at 0/3000180: wanted 24, got 0": the second is the end.
    [GeneratedRegex("in WAL record at [0-9A-F]+/[0-9A-F]+: .*? at (?<end>[0-9A-F]+/[0-9A-F]+)")]
    private static partial Regex BadRecord();

    // "error in WAL record at 0/600FFD0: unexpected pageaddr 0/5000000 in log segment 000000010000000000000007, offset 0"
    [GeneratedRegex(@"in (?:log|WAL) segment (?<file>[0-9A-F]{24}),.* offset (?<offset>[0-9]+)")]
    private static partial Regex BadPage();

    [GeneratedRegex("could not find a valid record after (?<end>[0-9A-F]+/[0-9A-F]+)")]
    private static partial Regex NoRecord();

    [GeneratedRegex(@"could not (?:find|open|locate WAL) file ""[^""]*?(?<file>[0-9A-F]{24})""")]
    private static partial Regex NoFile();
}
