using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace PgHa.TestServers;

/// <summary>
/// Gives the copies of a cluster's data directories a system identifier of their own, as <c>initdb</c> would have: servers with one
/// identifier are members of one cluster.
/// </summary>
public static partial class SystemIdentifiers
{
    // Of the first page of a WAL file, behind the header that every page has.
    private const int OffsetInWal = 24;

    /// <summary>Renews the identifier of servers that were shut down.</summary>
    public static void Renew(params IEnumerable<string> dataDirectories)
    {
        Span<byte> identifier = stackalloc byte[sizeof(ulong)];
        // It fits the signed number that pg_control_system() tells.
        BinaryPrimitives.WriteUInt64LittleEndian(identifier, (ulong)RandomNumberGenerator.GetInt32(0x6000_0000, int.MaxValue) << 32);
        foreach (string dataDirectory in dataDirectories)
        {
            WriteControlFile(Path.Combine(dataDirectory, "global", "pg_control"), identifier);
            foreach (string file in Directory.EnumerateFiles(Path.Combine(dataDirectory, "pg_wal")))
            {
                if (WalFile().IsMatch(Path.GetFileName(file)))
                    Write(file, OffsetInWal, identifier);
            }
        }
    }

    private static void WriteControlFile(string path, ReadOnlySpan<byte> identifier)
    {
        byte[] content = File.ReadAllBytes(path);
        // Where the checksum stands differs between majors: it is behind what it is of.
        int end = Enumerable.Range(0, content.Length / sizeof(uint)).Select(word => word * sizeof(uint)).First(offset =>
            offset > 0 && Crc(content.AsSpan(0, offset)) == BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(offset)));
        identifier.CopyTo(content);
        Span<byte> crc = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(crc, Crc(content.AsSpan(0, end)));
        Write(path, end, crc);
        Write(path, 0, identifier);
    }

    // In place: the file stays the server user's.
    private static void Write(string path, int offset, ReadOnlySpan<byte> bytes)
    {
        using FileStream file = File.OpenWrite(path);
        file.Position = offset;
        file.Write(bytes);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    [GeneratedRegex("^[0-9A-F]{24}$")]
    private static partial Regex WalFile();
}
