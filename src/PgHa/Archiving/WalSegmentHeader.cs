using System.Buffers.Binary;

namespace PgHa;

/// <summary>What the first page of a WAL segment says about where it comes from.</summary>
/// <param name="SystemIdentifier">The system that wrote it; a server refuses WAL of any other.</param>
/// <param name="SegmentSize">The size of the segments in bytes.</param>
/// <param name="StartLsn">The position the segment begins with, which its name says too.</param>
/// <remarks>The layout is <c>XLogLongPageHeaderData</c> of <c>access/xlog_internal.h</c>, unchanged from 9.6 to 19.</remarks>
public sealed record WalSegmentHeader(SystemIdentifier SystemIdentifier, int SegmentSize, Lsn StartLsn)
{
    /// <summary>The bytes at the start of a segment that <see cref="TryRead"/> needs.</summary>
    public const int Length = 40;

    private const int InfoOffset = 2;
    private const int StartOffset = 8;
    private const int SystemIdentifierOffset = 24;
    private const int SegmentSizeOffset = 32;
    private const ushort LongHeaderFlag = 0x0002;

    /// <summary>Reads a segment's first page; <see langword="null"/> if that is no start of a segment.</summary>
    public static WalSegmentHeader? TryRead(ReadOnlySpan<byte> start)
    {
        // Every magic number is 0xD0.. or 0xD1.., written in the byte order of the server's machine.
        if (start.Length < Length)
            return null;
        bool littleEndian = start[1] is 0xD0 or 0xD1;
        if (!littleEndian && start[0] is not (0xD0 or 0xD1))
            return null;

        ushort info = BinaryPrimitives.ReadUInt16LittleEndian(start[InfoOffset..]);
        ulong position = BinaryPrimitives.ReadUInt64LittleEndian(start[StartOffset..]);
        ulong identifier = BinaryPrimitives.ReadUInt64LittleEndian(start[SystemIdentifierOffset..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(start[SegmentSizeOffset..]);
        if (!littleEndian)
        {
            info = BinaryPrimitives.ReverseEndianness(info);
            position = BinaryPrimitives.ReverseEndianness(position);
            identifier = BinaryPrimitives.ReverseEndianness(identifier);
            size = BinaryPrimitives.ReverseEndianness(size);
        }

        const uint Largest = 1u << 30;
        return (info & LongHeaderFlag) != 0 && size is > 0 and <= Largest
            ? new WalSegmentHeader(new SystemIdentifier(identifier), (int)size, new Lsn(position))
            : null;
    }
}
