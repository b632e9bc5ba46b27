namespace PgHa;

/// <summary>Where the fields of one version of <c>pg_control</c> lie, on a 64-bit server.</summary>
/// <param name="Checkpoint">The offset in bytes of the copy of the last checkpoint.</param>
/// <param name="Recovery">The offset in bytes of the minimum recovery point, which the settings follow.</param>
/// <param name="HasMaxWalSenders">Whether <c>max_wal_senders</c> is among the settings.</param>
/// <param name="WalSegmentSize">The offset in bytes of the size of a WAL file.</param>
/// <param name="DataChecksums">The offset in bytes of the version of the data checksums.</param>
/// <param name="Checksum">The offset in bytes of the checksum of all that lies before.</param>
/// <remarks>
/// The version counts changes of the struct <c>ControlFileData</c> in the server's <c>catalog/pg_control.h</c>. Each row
/// except 960 was compared with a running server. A file that is read by a wrong row does not pass the checksum.
/// </remarks>
internal sealed record ControlFileLayout(
    int Checkpoint, int Recovery, bool HasMaxWalSenders, int WalSegmentSize, int DataChecksums, int Checksum)
{
    private static readonly Dictionary<int, ControlFileLayout> ByVersion = new()
    {
        [960] = new(Checkpoint: 48, Recovery: 136, HasMaxWalSenders: false, WalSegmentSize: 228, DataChecksums: 252, Checksum: 256), // 9.6
        [1002] = new(Checkpoint: 48, Recovery: 136, HasMaxWalSenders: false, WalSegmentSize: 228, DataChecksums: 252, Checksum: 288), // 10
        [1100] = new(Checkpoint: 40, Recovery: 128, HasMaxWalSenders: false, WalSegmentSize: 220, DataChecksums: 244, Checksum: 280), // 11
        [1201] = new(Checkpoint: 40, Recovery: 136, HasMaxWalSenders: true, WalSegmentSize: 228, DataChecksums: 252, Checksum: 288), // 12
        // 13 to 16
        [1300] = new(Checkpoint: 40, Recovery: 136, HasMaxWalSenders: true, WalSegmentSize: 228, DataChecksums: 252, Checksum: 288),
        [1700] = new(Checkpoint: 40, Recovery: 136, HasMaxWalSenders: true, WalSegmentSize: 228, DataChecksums: 252, Checksum: 288), // 17
        [1800] = new(Checkpoint: 40, Recovery: 136, HasMaxWalSenders: true, WalSegmentSize: 228, DataChecksums: 252, Checksum: 292), // 18
        [1905] = new(Checkpoint: 40, Recovery: 144, HasMaxWalSenders: true, WalSegmentSize: 240, DataChecksums: 268, Checksum: 308), // 19
    };

    /// <summary>The layout of a version; <see langword="null"/> if PgHa does not know it.</summary>
    public static ControlFileLayout? For(int controlVersion) => ByVersion.GetValueOrDefault(controlVersion);
}
