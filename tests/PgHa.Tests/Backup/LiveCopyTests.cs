namespace PgHa.Tests.Backup;

/// <summary>Which files of a running server a clone gets, and when files can be copied at all.</summary>
public class LiveCopyTests
{
    private static readonly WalSegmentSize Size = WalSegmentSize.Default;

    [Theory]
    [InlineData("PG_VERSION", true)]
    [InlineData("base/5/1259", true)]
    [InlineData("base/5/1259_fsm", true)]
    [InlineData("base/5/16384.1", true)]
    [InlineData("base/5/pg_filenode.map", true)]
    [InlineData("global/1262", true)]
    [InlineData("pg_xact/0000", true)]
    [InlineData("pg_stat/pgstat.stat", true)]
    [InlineData("pg_logical/replorigin_checkpoint", true)]
    [InlineData("pg_twophase/00000300", true)]
    [InlineData("pg_subtransactions.txt", true)]
    [InlineData("global/pg_control", false)]
    [InlineData("postmaster.pid", false)]
    [InlineData("postmaster.opts", false)]
    [InlineData("backup_label", false)]
    [InlineData("tablespace_map", false)]
    [InlineData("backup_manifest", false)]
    [InlineData("postgresql.auto.conf.tmp", false)]
    [InlineData("current_logfiles.tmp", false)]
    [InlineData("base/5/pg_internal.init", false)]
    [InlineData("global/pg_internal.init.4711", false)]
    [InlineData("base/pgsql_tmp/pgsql_tmp4711.0", false)]
    [InlineData("base/pgsql_tmp/pgsql_tmp4711.0.fileset/0.0", false)]
    [InlineData("base/5/t3_16390", false)]
    [InlineData("base/5/t12_16390_fsm.1", false)]
    [InlineData("pg_replslot/s1/state", false)]
    [InlineData("pg_subtrans/0000", false)]
    [InlineData("pg_notify/0000", false)]
    [InlineData("pg_stat_tmp/global.stat", false)]
    [InlineData("pg_wal/000000010000000000000001", false)]
    [InlineData("log/postgresql.log", false)]
    public void The_files_are_those_of_a_base_backup(string path, bool isCopied) =>
        Assert.Equal(isCopied, CopiedFiles.Of([new CopiedFile(path, 1)], ["pg_wal", "log"]).Count == 1);

    [Fact]
    public void Directories_that_the_server_fills_anew_are_copied_empty() =>
        Assert.Equal(
            ["pg_replslot", "pg_wal", "base"],
            CopiedFiles.Of(
                [
                    Directory("pg_replslot"), Directory("pg_replslot/s1"), Directory("pg_wal"), Directory("base"),
                    Directory("base/pgsql_tmp"),
                ],
                ["pg_wal"]).Select(file => file.Path));

    [Fact]
    public void Of_an_unlogged_relation_only_the_initialization_fork_is_copied()
    {
        string[] paths =
        [
            "base/5/16400", "base/5/16400.1", "base/5/16400_fsm", "base/5/16400_vm", "base/5/16400_init", "base/5/16401", "base/6/16400",
            "docs/16400_init", "docs/16400",
        ];

        Assert.Equal(
            ["base/5/16400_init", "base/5/16401", "base/6/16400", "docs/16400_init", "docs/16400"],
            CopiedFiles.Of([.. paths.Select(path => new CopiedFile(path, 1))], []).Select(file => file.Path));
    }

    [Fact]
    public void In_a_tablespace_the_databases_are_at_the_top() =>
        Assert.Equal(
            ["16384/16400_init", "16384/16401"],
            CopiedFiles.Of(
                [new("16384/16400", 1), new("16384/16400_init", 1), new("16384/t1_2", 1), new("16384/16401", 1), new("pgsql_tmp/a", 1)],
                []).Select(file => file.Path));

    [Fact]
    public void Large_files_come_first_and_every_file_once()
    {
        const long Gigabyte = 1L << 30;
        CopiedFile[] files =
        [
            .. Enumerable.Range(0, 5000).Select(i => new CopiedFile($"base/5/{i:D5}", 8192)),
            new("base/5/1.1", Gigabyte), new("base/5/1", Gigabyte / 2),
        ];

        IReadOnlyList<CopiedFile>[] portions = [.. CopyPortions.Of(files, programs: 2)];

        Assert.Equal(["base/5/1.1"], portions[0].Select(file => file.Path));
        Assert.Equal(["base/5/1"], portions[1].Select(file => file.Path));
        Assert.All(portions, portion => Assert.InRange(portion.Count, 1, 2000));
        Assert.Equal(files.Order(Comparer), portions.SelectMany(portion => portion).Order(Comparer));
    }

    [Fact]
    public void Without_files_there_is_no_portion() => Assert.Empty(CopyPortions.Of([], programs: 2));

    [Fact]
    public void From_a_primary_the_WAL_is_copied_to_the_segment_in_which_the_backup_ends()
    {
        CopiedWal wal = CopiedWal.Of(
            [
                "000000010000000000000002", "000000010000000000000003", "000000010000000000000004", "000000010000000000000005",
                "000000020000000000000003", "00000002.history", "000000010000000000000003.00000028.backup", "archive_status",
            ],
            Label("0/3000028", "primary"), Lsn.Parse("0/5000000"), Size);

        Assert.Equal(["000000010000000000000003", "000000010000000000000004", "00000002.history"], wal.Files);
        Assert.Equal(wal.Files, wal.Complete);
        Assert.Empty(wal.Missing);
    }

    [Fact]
    public void From_a_standby_later_timelines_are_copied_and_the_last_segment_is_not_complete()
    {
        CopiedWal wal = CopiedWal.Of(
            ["000000010000000000000003", "000000020000000000000003", "000000020000000000000004", "00000002.history"],
            Label("0/3000028", "standby"), Lsn.Parse("0/4000100"), Size);

        Assert.Equal(
            ["000000010000000000000003", "000000020000000000000003", "000000020000000000000004", "00000002.history"], wal.Files);
        Assert.Equal(["000000010000000000000003", "000000020000000000000003", "00000002.history"], wal.Complete);
    }

    [Fact]
    public void WAL_that_was_removed_is_missed()
    {
        CopiedWal wal = CopiedWal.Of(["000000010000000000000005"], Label("0/3000028", "primary"), Lsn.Parse("0/6000000"), Size);

        Assert.Equal(["000000010000000000000003", "000000010000000000000004"], wal.Missing);
        Assert.Equal("000000010000000000000003 and 1 more", wal.MissingText);
    }

    [Fact]
    public void A_backup_from_a_quiet_standby_has_the_segment_of_its_start()
    {
        CopiedWal wal = CopiedWal.Of(["000000010000000000000003"], Label("0/3000000", "standby"), Lsn.Parse("0/3000000"), Size);

        Assert.Equal(["000000010000000000000003"], wal.Files);
        Assert.Empty(wal.Complete);
        Assert.Empty(wal.Missing);
    }

    public static TheoryData<string, string?> Obstacles => new()
    {
        { "none", null },
        { "elsewhere", "on this machine" },
        { "role", "a role to copy as" },
        { "rate", "rate is limited" },
        { "wal", "its WAL is not empty" },
        { "checksums", "verifies the checksums" },
        { "old", "no temporary slots" },
        { "privilege", "may not start a backup" },
        { "slots", "no free slot" },
        { "limit", "max_slot_wal_keep_size" },
    };

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void Where_anything_is_in_the_way_pg_basebackup_copies(string fact, string? obstacle)
    {
        LiveCopyFacts possible = new()
        {
            AreFilesHere = true,
            IsByOtherRole = false,
            IsRateLimited = false,
            IsWalDirectoryTaken = false,
            HasTemporarySlots = true,
            VerifiesChecksums = false,
            MayBackUp = true,
            FreeSlots = 1,
            HasSlotLimit = false,
        };

        string? said = (fact switch
        {
            "elsewhere" => possible with { AreFilesHere = false },
            "role" => possible with { IsByOtherRole = true },
            "rate" => possible with { IsRateLimited = true },
            "wal" => possible with { IsWalDirectoryTaken = true },
            "checksums" => possible with { VerifiesChecksums = true },
            "old" => possible with { HasTemporarySlots = false },
            "privilege" => possible with { MayBackUp = false },
            "slots" => possible with { FreeSlots = 0 },
            "limit" => possible with { HasSlotLimit = true },
            _ => possible,
        }).Obstacle;

        if (obstacle is null)
            Assert.Null(said);
        else
            Assert.Contains(obstacle, said, StringComparison.Ordinal);
    }

    private static Comparer<CopiedFile> Comparer { get; } =
        Comparer<CopiedFile>.Create((left, right) => string.CompareOrdinal(left.Path, right.Path));

    private static CopiedFile Directory(string path) => new(path, 0, IsDirectory: true);

    private static BackupLabel Label(string start, string from) => BackupLabel.Parse(
        $"""
        START WAL LOCATION: {start} (file 000000010000000000000003)
        CHECKPOINT LOCATION: 0/3000060
        BACKUP METHOD: streamed
        BACKUP FROM: {from}
        START TIME: 2026-11-30 21:00:00 UTC
        LABEL: test
        START TIMELINE: 1

        """);
}
