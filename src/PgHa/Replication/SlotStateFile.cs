using System.Buffers.Binary;

namespace PgHa;

/// <summary>
/// The file <c>pg_replslot/NAME/state</c> of a replication slot: a header of four numbers, the name, the database's OID, and how long the
/// slot lives. This part is the same from PostgreSQL 10 to 19.
/// </summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/storage-file-layout.html">Database File Layout</see>.
/// </remarks>
internal static class SlotStateFile
{
    private const uint Magic = 0x1051CA1;
    private const int DatabaseOffset = 4 * sizeof(uint) + 64;
    private const int PersistencyOffset = DatabaseOffset + sizeof(uint);

    /// <summary>
    /// Whether the slot is logical (it belongs to a database) and outlives its session; <see langword="null"/> if the bytes are no such
    /// file.
    /// </summary>
    public static bool? IsLastingLogical(ReadOnlySpan<byte> file)
    {
        if (file.Length < PersistencyOffset + sizeof(uint))
            return null;
        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(file);
        return magic == Magic || BinaryPrimitives.ReverseEndianness(magic) == Magic
            ? file[DatabaseOffset..PersistencyOffset].ContainsAnyExcept((byte)0)
                && !file.Slice(PersistencyOffset, sizeof(uint)).ContainsAnyExcept((byte)0)
            : null;
    }
}
