using System.Text.Json;

namespace PgHa;

/// <summary>WAL that a backup needs, as its manifest tells.</summary>
/// <param name="Timeline">The timeline.</param>
/// <param name="StartLsn">From where.</param>
/// <param name="EndLsn">To where.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/backup-manifest-wal-ranges.html">Backup Manifest WAL Range Object</see>.</remarks>
public sealed record BackupWalRange(TimelineId Timeline, Lsn StartLsn, Lsn EndLsn)
{
    /// <summary>The ranges in the file <c>backup_manifest</c>, oldest first; none if it tells none.</summary>
    /// <exception cref="PgHaException"><c>BackupManifestDamaged</c>.</exception>
    public static IReadOnlyList<BackupWalRange> ReadManifest(ReadOnlyMemory<byte> manifest)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(manifest);
            return document.RootElement.TryGetProperty("WAL-Ranges", out JsonElement ranges)
                ? [.. ranges.EnumerateArray().Select(Read).OrderBy(range => range.EndLsn)]
                : [];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new PgHaException(
                "BackupManifestDamaged", PgHaErrorKind.OperationFailed, $"The backup's manifest cannot be read: {e.Message}", "The backup is not complete: take another one.", null, e);
        }
    }

    private static BackupWalRange Read(JsonElement range) => new(
        new TimelineId(range.GetProperty(nameof(Timeline)).GetUInt32()),
        Lsn.Parse(range.GetProperty("Start-LSN").GetString()!),
        Lsn.Parse(range.GetProperty("End-LSN").GetString()!));
}
