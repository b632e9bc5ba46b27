using System.Buffers.Binary;

namespace PgHa;

/// <summary>The first record of a timeline, in the page of WAL that it begins in.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/wal-internals.html">WAL Internals</see>.</remarks>
internal static class FirstRecord
{
    /// <summary>The bytes of a page of WAL.</summary>
    public const int PageSize = 8192;

    private const int HeaderLength = 24;
    private const int HeaderLengthOfFirstPage = 40;

    /// <summary>
    /// Whether two pages have different records where a timeline begins; <see langword="null"/>
    /// where one of them has none yet.
    /// </summary>
    /// <param name="left">A page.</param>
    /// <param name="right">The page at the same position of another server.</param>
    /// <param name="begin">Where the timeline begins.</param>
    /// <param name="segmentSize">The size of the servers' WAL files.</param>
    public static bool? Differs(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Lsn begin, WalSegmentSize segmentSize)
    {
        int start = (int)(begin.Value % PageSize);
        if (start == 0)
            start = begin.Value % (ulong)segmentSize.Bytes == 0 ? HeaderLengthOfFirstPage : HeaderLength;
        if (left.Length != PageSize || right.Length != PageSize || start > PageSize - sizeof(uint))
            return null;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(left[start..]);
        if (length == 0 || BinaryPrimitives.ReadUInt32LittleEndian(right[start..]) == 0)
            return null;
        int compared = (int)Math.Min(length, (uint)(PageSize - start));
        return !left.Slice(start, compared).SequenceEqual(right.Slice(start, compared));
    }
}
