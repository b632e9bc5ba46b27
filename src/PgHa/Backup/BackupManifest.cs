using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PgHa;

/// <summary>
/// The file <c>backup_manifest</c> of a base backup (from 13 on): every file with its size and checksum, and
/// the WAL that the backup needs.
/// </summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/backup-manifest-format.html">Backup Manifest Format</see>.</remarks>
public sealed class BackupManifest
{
    // The checksum is that of everything before the line with it.
    private static readonly byte[] ChecksumLine = "\n\"Manifest-Checksum\""u8.ToArray();

    private BackupManifest(
        SystemIdentifier? system, IReadOnlyList<BackupManifestFile> files, IReadOnlyList<BackupWalRange> wal, bool isIntact) =>
        (SystemIdentifier, Files, WalRanges, IsIntact) = (system, IndexableList.Of(files), IndexableList.Of(wal), isIntact);

    /// <summary>The system that the backup is of; PostgreSQL 16 and older do not write it.</summary>
    public SystemIdentifier? SystemIdentifier { get; }

    /// <summary>The files of the data directory, WAL not among them.</summary>
    public IReadOnlyList<BackupManifestFile> Files { get; }

    /// <summary>The WAL that the backup needs, oldest first.</summary>
    public IReadOnlyList<BackupWalRange> WalRanges { get; }

    /// <summary>Whether its own checksum is right: otherwise it was cut off, or changed.</summary>
    public bool IsIntact { get; }

    /// <summary>Where the backup's data is consistent from; <see langword="null"/> if the manifest does not tell.</summary>
    public Lsn? EndLsn => WalRanges is [.., var last] ? last.EndLsn : null;

    /// <summary>Reads the file.</summary>
    /// <exception cref="PgHaException"><c>BackupManifestDamaged</c>: it is no manifest.</exception>
    public static BackupManifest Parse(ReadOnlyMemory<byte> content)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(content);
            JsonElement root = document.RootElement;
            return new BackupManifest(
                root.TryGetProperty("System-Identifier", out JsonElement system) ? new SystemIdentifier(system.GetUInt64()) : null,
                root.TryGetProperty(nameof(Files), out JsonElement files) ? [.. files.EnumerateArray().Select(ReadFile)] : [],
                root.TryGetProperty("WAL-Ranges", out JsonElement ranges)
                    ? [.. ranges.EnumerateArray().Select(ReadRange).OrderBy(range => range.EndLsn)]
                    : [],
                root.TryGetProperty("Manifest-Checksum", out JsonElement checksum) && IsRight(content.Span, checksum.GetString()));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new PgHaException(
                ErrorIds.BackupManifestDamaged, PgHaErrorKind.OperationFailed,
                $"The backup's manifest cannot be read: {e.Message}",
                "The backup is not complete: take another one.", null, e);
        }
    }

    private static bool IsRight(ReadOnlySpan<byte> content, string? checksum)
    {
        int end = content.LastIndexOf(ChecksumLine);
        return end >= 0 && Convert.ToHexString(SHA256.HashData(content[..(end + 1)])).Equals(checksum, StringComparison.OrdinalIgnoreCase);
    }

    private static BackupManifestFile ReadFile(JsonElement file) => new(
        file.TryGetProperty("Path", out JsonElement path)
            ? path.GetString()!
            : Encoding.UTF8.GetString(Convert.FromHexString(file.GetProperty("Encoded-Path").GetString()!)),
        file.GetProperty("Size").GetInt64(),
        file.TryGetProperty("Checksum-Algorithm", out JsonElement algorithm) ? algorithm.GetString() : null,
        file.TryGetProperty("Checksum", out JsonElement checksum) ? checksum.GetString() : null)
    {
        ModifiedAt = file.TryGetProperty("Last-Modified", out JsonElement modified)
            && DateTimeOffset.TryParseExact(
                modified.GetString(), "yyyy-MM-dd HH:mm:ss 'GMT'", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
                    ? time
                    : null,
    };

    private static BackupWalRange ReadRange(JsonElement range) => new(
        new TimelineId(range.GetProperty(nameof(BackupWalRange.Timeline)).GetUInt32()),
        Lsn.Parse(range.GetProperty("Start-LSN").GetString()!, CultureInfo.InvariantCulture),
        Lsn.Parse(range.GetProperty("End-LSN").GetString()!, CultureInfo.InvariantCulture));
}
