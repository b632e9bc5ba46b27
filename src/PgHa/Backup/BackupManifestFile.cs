using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace PgHa;

/// <summary>A file of a base backup, as its manifest tells.</summary>
/// <param name="Path">Its path in the data directory.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Algorithm">The algorithm of its checksum, such as <c>CRC32C</c>; <see langword="null"/> if it has none.</param>
/// <param name="Checksum">The checksum in hexadecimal digits.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/backup-manifest-files.html">Backup Manifest File Object</see>.</remarks>
public sealed record BackupManifestFile(string Path, long Size, string? Algorithm, string? Checksum)
{
    /// <summary>When the file was last changed; for a file that the server made for the backup, when it was sent.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>
    /// Whether the content is that of the file. Without a checksum, or with one of an unknown
    /// kind, only the size is compared.
    /// </summary>
    public bool Matches(ReadOnlySpan<byte> content) =>
        content.Length == Size
        && (ChecksumOf(content) is not { } actual
            || Checksum is null
            || Convert.ToHexString(actual).Equals(Checksum, StringComparison.OrdinalIgnoreCase));

    private byte[]? ChecksumOf(ReadOnlySpan<byte> content) => Algorithm?.ToUpperInvariant() switch
    {
        "CRC32C" => Crc32C(content),
        "SHA224" => null,
        "SHA256" => SHA256.HashData(content),
        "SHA384" => SHA384.HashData(content),
        "SHA512" => SHA512.HashData(content),
        _ => null,
    };

    // The manifest has the four bytes as they are in the memory of a little-endian server.
    private static byte[] Crc32C(ReadOnlySpan<byte> content)
    {
        uint crc = uint.MaxValue;
        for (; content.Length >= sizeof(ulong); content = content[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(content));
        foreach (byte one in content)
            crc = BitOperations.Crc32C(crc, one);
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, ~crc);
        return bytes;
    }
}
