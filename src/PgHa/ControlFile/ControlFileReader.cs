using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace PgHa;

/// <summary>Reads <c>global/pg_control</c> itself, for servers that come without <c>pg_controldata</c>.</summary>
internal static class ControlFileReader
{
    private const int VersionOffset = 8;

    public static ControlData Read(ReadOnlySpan<byte> file)
    {
        int version = file.Length >= VersionOffset + sizeof(int) ? Int32(file, VersionOffset) : 0;
        ControlFileLayout layout = ControlFileLayout.For(version) ?? throw Unsupported(version);
        if (file.Length < layout.Checksum + sizeof(uint) || Crc32C(file[..layout.Checksum]) != (uint)Int32(file, layout.Checksum))
        {
            throw new PgHaException(
                ErrorIds.ControlFileDamaged,
                PgHaErrorKind.OperationFailed,
                "The checksum of global/pg_control is wrong: the file is damaged, or was read while the server wrote it.",
                "Read it again; if the checksum stays wrong, restore a base backup.");
        }

        return Decode(file, layout);
    }

    // An enum value or size outside its range cannot pass the checksum, so it needs no message of its own.
    private static ControlData Decode(ReadOnlySpan<byte> file, ControlFileLayout layout)
    {
        ReadOnlySpan<byte> checkpoint = file[layout.Checkpoint..];
        ReadOnlySpan<byte> recovery = file[layout.Recovery..];
        ReadOnlySpan<byte> locks = recovery[(layout.HasMaxWalSenders ? 56 : 52)..];
        return new ControlData
        {
            SystemIdentifier = new SystemIdentifier(UInt64(file, 0)),
            ControlVersion = Int32(file, VersionOffset),
            CatalogVersion = Int32(file, 12),
            State = (DatabaseState)Int32(file, 16),
            LastModified = DateTimeOffset.FromUnixTimeSeconds((long)UInt64(file, 24))
                .ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            CheckpointLsn = new Lsn(UInt64(file, 32)),
            RedoLsn = new Lsn(UInt64(checkpoint, 0)),
            Timeline = new TimelineId((uint)Int32(checkpoint, 8)),
            PreviousTimeline = new TimelineId((uint)Int32(checkpoint, 12)),
            MinimumRecoveryEndLsn = Position(recovery, 0),
            MinimumRecoveryEndTimeline = Int32(recovery, 8) is var timeline and not 0 ? new TimelineId((uint)timeline) : null,
            BackupStartLsn = Position(recovery, 16),
            BackupEndLsn = Position(recovery, 24),
            EndOfBackupRequired = recovery[32] != 0,
            WalLevel = Int32(recovery, 36) switch { 0 => "minimal", 1 => "replica", _ => "logical" },
            WalLogHints = recovery[40] != 0,
            MaxConnections = Int32(recovery, 44),
            MaxWorkerProcesses = Int32(recovery, 48),
            MaxWalSenders = layout.HasMaxWalSenders ? Int32(recovery, 52) : null,
            MaxPreparedTransactions = Int32(locks, 0),
            MaxLocksPerTransaction = Int32(locks, 4),
            TrackCommitTimestamp = locks[8] != 0,
            WalSegmentSize = new WalSegmentSize(Int32(file, layout.WalSegmentSize)),
            DataChecksumVersion = Int32(file, layout.DataChecksums),
        };
    }

    private static Lsn? Position(ReadOnlySpan<byte> span, int offset) =>
        UInt64(span, offset) is var value and not 0 ? new Lsn(value) : null;

    private static int Int32(ReadOnlySpan<byte> span, int offset) => BinaryPrimitives.ReadInt32LittleEndian(span[offset..]);

    private static ulong UInt64(ReadOnlySpan<byte> span, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(span[offset..]);

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    private static PgHaException Unsupported(int version) => new(
        ErrorIds.ControlFileNotSupported,
        PgHaErrorKind.NotSupported,
        $"The version of global/pg_control is {version}, which PgHa does not know: "
            + "it is damaged, or not a 64-bit little-endian server of 9.6 to 19.",
        "Use the server's own pg_controldata.");
}
