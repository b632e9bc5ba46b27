using System.Buffers;
using System.Globalization;

namespace PgHa;

/// <summary>
/// The name of a WAL segment file: 24 hexadecimal digits, such as <c>000000010000000A000000FF</c>,
/// in order of timeline and position.
/// </summary>
/// <param name="Timeline">The timeline the segment was written on.</param>
/// <param name="Log">The high half of its positions.</param>
/// <param name="Segment">The number of the segment among those with that high half.</param>
/// <remarks>
/// What positions a segment holds depends on the cluster's segment size. See
/// <see href="https://www.postgresql.org/docs/current/wal-internals.html">WAL Internals</see>.
/// </remarks>
public readonly record struct WalFileName(TimelineId Timeline, uint Log, uint Segment) : IComparable<WalFileName>, IComparable
{
    /// <summary>The number of digits.</summary>
    internal const int Length = 24;

    // The server writes upper case, and looks for nothing else.
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789ABCDEF");

    /// <summary>The segment with the byte at a position.</summary>
    /// <remarks>
    /// For a position between two segments it is the later one. <c>pg_walfile_name()</c> of PostgreSQL 16 and older returns
    /// the earlier one, because it takes the position as an end.
    /// </remarks>
    public static WalFileName At(TimelineId timeline, Lsn position, WalSegmentSize size) =>
        new(timeline, (uint)(position.Value >> 32), (uint)position.Value / (uint)size.Bytes);

    /// <summary>Reads 24 hexadecimal digits.</summary>
    /// <exception cref="MalformedTextException">The text is no name of a WAL segment; the message says where.</exception>
    public static WalFileName Parse(string text)
    {
        if (TryParse(text, out WalFileName name))
            return name;
        int bad = text.AsSpan(0, Math.Min(text.Length, Length)).IndexOfAnyExcept(Digits);
        throw new MalformedTextException(
            "name of a WAL file", text, bad < 0 ? Math.Min(text.Length, Length) : bad, $"expected {Length} upper-case hexadecimal digits");
    }

    /// <summary>Reads a name as <see cref="Parse"/> does; <see langword="false"/> if the text is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out WalFileName name)
    {
        name = default;
        if (text.Length != Length
            || !TryPart(text[..8], out uint timeline)
            || !TryPart(text[8..16], out uint log)
            || !TryPart(text[16..], out uint segment))
        {
            return false;
        }

        name = new WalFileName(new TimelineId(timeline), log, segment);
        return true;
    }

    /// <summary>The first position in the segment.</summary>
    public Lsn StartLsn(WalSegmentSize size) => new(((ulong)Log << 32) + ((ulong)Segment * (ulong)size.Bytes));

    /// <summary>The first position after the segment.</summary>
    public Lsn EndLsn(WalSegmentSize size) => StartLsn(size) + size.Bytes;

    /// <summary>The next segment on the same timeline.</summary>
    public WalFileName Next(WalSegmentSize size) => At(Timeline, EndLsn(size), size);

    /// <inheritdoc/>
    public int CompareTo(WalFileName other) =>
        (Timeline, Log, Segment).CompareTo((other.Timeline, other.Log, other.Segment));

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        WalFileName other => CompareTo(other),
        _ => throw new ArgumentException($"A WAL file cannot be compared to '{obj}'.", nameof(obj)),
    };

    /// <summary>The 24 digits.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Timeline.Value:X8}{Log:X8}{Segment:X8}");

    /// <summary>Whether the left segment comes before.</summary>
    public static bool operator <(WalFileName left, WalFileName right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left segment comes after.</summary>
    public static bool operator >(WalFileName left, WalFileName right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left segment does not come after.</summary>
    public static bool operator <=(WalFileName left, WalFileName right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left segment does not come before.</summary>
    public static bool operator >=(WalFileName left, WalFileName right) => left.CompareTo(right) >= 0;

    /// <summary>Reads eight digits.</summary>
    internal static bool TryPart(ReadOnlySpan<char> digits, out uint value)
    {
        value = 0;
        return digits.Length == 8
            && digits.IndexOfAnyExcept(Digits) < 0
            && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
