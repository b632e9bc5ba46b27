using System.Security.Cryptography;
using System.Text;

namespace PgHa.Tests.Backup;

public sealed class BackupManifestTests
{
    private const string Body = """
        { "PostgreSQL-Backup-Manifest-Version": 2,
        "System-Identifier": 7711054467602015870,
        "Files": [
        { "Path": "PG_VERSION", "Size": 3, "Last-Modified": "2026-11-22 12:00:00 GMT",
          "Checksum-Algorithm": "CRC32C", "Checksum": "64440205" },
        { "Encoded-Path": "6c6f67", "Size": 9, "Last-Modified": "2026-11-22 12:00:00 GMT",
          "Checksum-Algorithm": "CRC32C", "Checksum": "839206e3" },
        { "Path": "plain", "Size": 1, "Last-Modified": "2026-11-22 12:00:00 GMT" }
        ],
        "WAL-Ranges": [
        { "Timeline": 2, "Start-LSN": "0/4000100", "End-LSN": "0/5000100" },
        { "Timeline": 1, "Start-LSN": "0/3000028", "End-LSN": "0/4000100" }
        ],

        """;

    private static BackupManifest Parse(string body) => BackupManifest.Parse(
        Encoding.UTF8.GetBytes(
            $"{body}\"Manifest-Checksum\": \"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Body)))}\"}}\n"));

    [Fact]
    public void A_manifest_tells_files_system_and_WAL()
    {
        BackupManifest manifest = Parse(Body);

        Assert.True(manifest.IsIntact);
        Assert.Equal(new SystemIdentifier(7711054467602015870), manifest.SystemIdentifier);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), manifest.Files[0].ModifiedAt);
        Assert.Equal(["PG_VERSION", "log", "plain"], manifest.Files.Select(file => file.Path));
        Assert.Equal(
            [("1", "0/4000100"), ("2", "0/5000100")],
            manifest.WalRanges.Select(range => (range.Timeline.ToString(), range.EndLsn.ToString())));
        Assert.Equal(Lsn.Parse("0/5000100"), manifest.EndLsn);
    }

    [Fact]
    public void A_changed_manifest_is_not_intact_and_a_cut_one_none_at_all()
    {
        Assert.False(Parse(Body.Replace("\"Size\": 3", "\"Size\": 4", StringComparison.Ordinal)).IsIntact);
        Assert.Equal(
            "BackupManifestDamaged", Assert.Throws<PgHaException>(() => BackupManifest.Parse(Encoding.UTF8.GetBytes(Body))).ErrorId);
    }

    [Fact]
    public void A_content_is_held_against_size_and_checksum()
    {
        // The check value of CRC-32C: E3069283 for the nine digits, written as a little-endian server does.
        BackupManifestFile file = Parse(Body).Files[1];
        Assert.True(file.Matches("123456789"u8));
        Assert.False(file.Matches("123456780"u8));
        Assert.False(file.Matches("12345678"u8));
        Assert.True(
            (file with { Algorithm = "SHA256", Checksum = Convert.ToHexString(SHA256.HashData("123456789"u8)) }).Matches("123456789"u8));
        Assert.False((file with { Algorithm = "SHA512", Checksum = "00" }).Matches("123456789"u8));
        Assert.True(Parse(Body).Files[2].Matches("x"u8));
    }

    [Fact]
    public void The_files_are_held_against_the_manifest()
    {
        Dictionary<string, long?> files = new()
        {
            ["PG_VERSION"] = 2,
            ["plain"] = null,
            ["base/1/9"] = 1,
            ["pg_wal/000000010000000000000003"] = 1,
            ["standby.signal"] = 0,
        };
        Assert.Equal(
            [
                (BackupFindingCause.FileChanged, "PG_VERSION"),
                (BackupFindingCause.FileMissing, "log"),
                (BackupFindingCause.FileUnknown, "base/1/9")
            ],
            BackupExamination.Files(Backup("/b", "0/3000028"), Parse(Body), files, "pg_wal")
                .Select(finding => (finding.Cause, finding.File!)));
    }

    [Fact]
    public void What_the_servers_program_says_is_a_finding_a_line()
    {
        BackupFinding finding = Assert.Single(BackupExamination.Verification(
            Backup("/b", "0/3000028"), "pg_verifybackup: error: \"base/1/9\" has size 1 on disk but size 2 in the manifest\n"));
        Assert.Equal(
            ("base/1/9", "pg_verifybackup: \"base/1/9\" has size 1 on disk but size 2 in the manifest"), (finding.File, finding.Evidence));
    }

    [Fact]
    public void An_incremental_backup_is_linked_to_the_one_it_is_based_on()
    {
        PgBaseBackup full = Backup("/full", "0/3000028");
        PgBaseBackup other = Backup("/other", "0/3000028") with { SystemIdentifier = new SystemIdentifier(42) };
        PgBaseBackup first = Backup("/first", "0/5000028") with { IncrementalFromLsn = full.StartLsn };
        PgBaseBackup second = Backup("/second", "0/7000028") with { IncrementalFromLsn = first.StartLsn };
        PgBaseBackup orphan = Backup("/orphan", "0/8000028") with { IncrementalFromLsn = Lsn.Parse("0/1000028") };

        Assert.Equal(
            [null, null, "/full", "/first", null],
            BackupChain.Link([other, full, first, second, orphan]).Select(backup => backup.BasedOn));
    }

    [Fact]
    public void A_chain_leads_from_the_full_backup_to_the_last()
    {
        PgBaseBackup full = Backup("/full", "0/3000028");
        PgBaseBackup first = Backup("/first", "0/5000028") with { IncrementalFromLsn = full.StartLsn };
        PgBaseBackup second = Backup("/second", "0/7000028") with { IncrementalFromLsn = first.StartLsn };

        Assert.Equal(
            ["/full", "/first", "/second"],
            BackupChain.To("/second", BackupChain.Link([second, full, first])).Select(backup => backup.Directory));
        Fails("BackupChainBroken", second, full);
        Fails("BackupNotIncremental", full with { Directory = "/second" });
        Fails("BackupNotPlain", second, first with { Format = BackupFormat.Tar }, full);

        static void Fails(string id, params PgBaseBackup[] backups) =>
            Assert.Equal(id, Assert.Throws<PgHaException>(() => BackupChain.To("/second", BackupChain.Link(backups))).ErrorId);
    }

    [Theory]
    [InlineData("gzip", 14, "--gzip")]
    [InlineData("gzip:9", 14, "--compress=9")]
    [InlineData("gzip:9", 15, "--compress=gzip:9")]
    [InlineData("zstd", 17, "--compress=zstd")]
    public void Compression_is_said_as_the_program_understands_it(string text, int major, string argument) =>
        Assert.Equal([argument], BackupCompression.Parse(text).Arguments(ServerDialect.For(ServerVersion.OfMajor(major))));

    [Fact]
    public void Compression_that_is_none_is_refused()
    {
        Assert.Throws<MalformedTextException>(() => BackupCompression.Parse("rar"));
        Assert.Equal("VersionNotSupported", Assert.Throws<PgHaException>(
            () => BackupCompression.Parse("lz4").Arguments(ServerDialect.For(ServerVersion.OfMajor(14)))).ErrorId);
    }

    private static PgBaseBackup Backup(string directory, string start) => new()
    {
        Directory = directory,
        Format = BackupFormat.Plain,
        Label = "nightly",
        Version = ServerVersion.OfMajor(17),
        SystemIdentifier = new SystemIdentifier(7711054467602015870),
        Timeline = new TimelineId(1),
        StartLsn = Lsn.Parse(start),
    };
}
