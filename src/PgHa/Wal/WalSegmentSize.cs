using System.Globalization;
using System.Numerics;

namespace PgHa;

/// <summary>The size of a WAL file, chosen at initdb: a power of two from 1 MB to 1 GB.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/app-initdb.html#APP-INITDB-OPTION-WAL-SEGSIZE">initdb
/// --wal-segsize</see>.
/// </remarks>
public readonly record struct WalSegmentSize
{
    private const int Megabyte = 1 << 20;
    private const int Gigabyte = 1 << 30;

    // Zero, as in default(WalSegmentSize), stands for the default.
    private readonly int _bytes;

    /// <summary>A size in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no power of two from 1 MB to 1 GB.</exception>
    public WalSegmentSize(int bytes)
    {
        if (!IsValid(bytes))
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "A WAL segment's size is a power of two from 1 MB to 1 GB.");
        _bytes = bytes == 16 * Megabyte ? 0 : bytes;
    }

    /// <summary>The default size, 16 MB. Before PostgreSQL 11, <c>initdb</c> cannot choose another one.</summary>
    public static WalSegmentSize Default => default;

    /// <summary>The size in bytes.</summary>
    public int Bytes => _bytes == 0 ? 16 * Megabyte : _bytes;

    /// <summary>The size in megabytes, as <c>initdb --wal-segsize</c> takes it: <c>16MB</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Bytes / Megabyte}MB");

    internal static bool IsValid(long bytes) => bytes is >= Megabyte and <= Gigabyte && BitOperations.IsPow2(bytes);
}
