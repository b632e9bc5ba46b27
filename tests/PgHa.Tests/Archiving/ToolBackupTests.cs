namespace PgHa.Tests.Archiving;

/// <summary>What pgBackRest 2.45 and 2.60 and Barman 3.4 and 3.20 said of backups of PostgreSQL 15.</summary>
public sealed class ToolBackupTests
{
    private const string PgBackRest245 =
        """
        [{"archive":[{"database":{"id":1,"repo-key":1},"id":"15-1","max":"000000010000000000000009",
        "min":"000000010000000000000001"}],"backup":[{"archive":{"start":"000000010000000000000002",
        "stop":"000000010000000000000002"},"backrest":{"format":5,"version":"2.45"},"database":{"id":1,"repo-key":1},
        "error":false,"info":{"delta":22992514,"repository":{"delta":3043441,"size":3043441},"size":22992514},
        "label":"20261201-014601F","lsn":{"start":"0/2000028","stop":"0/2000100"},"prior":null,"reference":null,
        "timestamp":{"start":1796089561,"stop":1796089564},"type":"full"},{"archive":{"start":"000000010000000000000005",
        "stop":"000000010000000000000005"},"backrest":{"format":5,"version":"2.45"},"database":{"id":1,"repo-key":1},
        "error":false,"info":{"delta":8458,"repository":{"delta":430,"size":3043441},"size":22992514},
        "label":"20261201-014601F_20261201-014605D","lsn":{"start":"0/5000028","stop":"0/5000100"},
        "prior":"20261201-014601F","reference":["20261201-014601F"],"timestamp":{"start":1796089565,"stop":1796089567},
        "type":"diff"},{"archive":{"start":"000000010000000000000007","stop":"000000010000000000000008"},
        "backrest":{"format":5,"version":"2.45"},"database":{"id":1,"repo-key":1},"error":false,"info":{"delta":8458,
        "repository":{"delta":430,"size":3043441},"size":22992514},"label":"20261201-014601F_20261201-014608I",
        "lsn":{"start":"0/7000028","stop":"0/8000050"},"prior":"20261201-014601F_20261201-014605D",
        "reference":["20261201-014601F","20261201-014601F_20261201-014605D"],"timestamp":{"start":1796089568,
        "stop":1796089570},"type":"incr"}],"cipher":"none","db":[{"id":1,"repo-key":1,"system-id":7714145811556048129,
        "version":"15"}],"name":"main","repo":[{"cipher":"none","key":1,"status":{"code":0,"message":"ok"}}],
        "status":{"code":0,"lock":{"backup":{"held":false}},"message":"ok"}}]
        """;

    private const string PgBackRest260 =
        """
        [{"archive":[{"database":{"id":1,"repo-key":1},"id":"15-1","max":"000000010000000000000013",
        "min":"000000010000000000000001"}],"backup":[{"archive":{"start":"000000010000000000000011",
        "stop":"000000010000000000000011"},"backrest":{"format":5,"version":"2.60.0"},"database":{"id":1,"repo-key":1},
        "error":false,"info":{"delta":23066244,"repository":{"delta":3057789,"size":3057789},"size":23066244},
        "label":"20261201-014604F","lsn":{"start":"0/11000028","stop":"0/11000138"},"prior":null,"reference":null,
        "timestamp":{"start":1796089674,"stop":1796089677},"type":"full"},{"archive":{"start":"000000010000000000000012",
        "stop":"000000010000000000000013"},"backrest":{"format":5,"version":"2.60.0"},"database":{"id":1,"repo-key":1},
        "error":false,"info":{"delta":8452,"repository":{"delta":404,"size":3057788},"size":23066244},
        "label":"20261201-014604F_20261201-014757D","lsn":{"start":"0/12000028","stop":"0/13000050"},
        "prior":"20261201-014604F","reference":["20261201-014604F"],"timestamp":{"start":1796089677,"stop":1796089678},
        "type":"diff"}],"cipher":"none","db":[{"id":1,"repo-key":1,"system-id":7714145811556048129,"version":"15"}],
        "name":"main","repo":[{"cipher":"none","key":1,"status":{"code":0,"message":"ok"}}],"status":{"code":0,
        "lock":{"backup":{"held":false},"restore":{"held":false}},"message":"ok"}}]
        """;

    private const string List34 =
        """
        {"main":[{"backup_id":"20261201T014612","end_time":"Tue Dec  1 01:46:13 2026","end_time_timestamp":"1796089573",
        "retention_status":"-","size":"38.1 MiB","size_bytes":39907298,"status":"DONE","tablespaces":[],"wal_size":"0 B",
        "wal_size_bytes":0}]}
        """;

    private const string List320 =
        """
        {"main":[{"backup_id":"20261201T014614","backup_type":"full","end_time":"Tue Dec  1 01:46:15 2026",
        "end_time_timestamp":"1796089575","retention_status":"-","size":"38.1 MiB","size_bytes":39906737,"status":"DONE",
        "wal_size":"0 B","wal_size_bytes":0}]}
        """;

    private const string Backup34 =
        """
        {"main":{"backup_id":"20261201T014612","base_backup_information":{"analysis_time":"less than one second",
        "analysis_time_seconds":0,"begin_lsn":"0/B000028","begin_offset":40,"begin_time":"2026-12-01 01:46:12.023628+00:00",
        "begin_time_timestamp":"1796089572","begin_wal":"00000001000000000000000B","copy_time":"1 second",
        "copy_time_seconds":1.17149,"disk_usage":"22.1 MiB","disk_usage_bytes":23130082,"disk_usage_with_wals":"38.1 MiB",
        "disk_usage_with_wals_bytes":39907298,"end_lsn":"0/C000000","end_offset":0,
        "end_time":"2026-12-01 01:46:13.201962+00:00","end_time_timestamp":"1796089573","end_wal":"00000001000000000000000B",
        "incremental_size":"22.1 MiB","incremental_size_bytes":23130082,"incremental_size_ratio":"-0.00%",
        "number_of_workers":1,"throughput":"18.8 MiB/s","throughput_bytes":19744156.586910687,"timeline":1},
        "catalog_information":{"next_backup":"- (this is the latest base backup)",
        "previous_backup":"- (this is the oldest base backup)","retention_policy":"not enforced"},
        "pgdata_directory":"/tmp/tbr/pg","postgresql_version":150018,"status":"DONE","tablespaces":[],
        "wal_information":{"compression_ratio":0,"disk_usage":"0 B","disk_usage_bytes":0,
        "last_available":"00000001000000000000000B","no_of_files":0,"timelines":[],"wal_rate":0,"wal_rate_per_second":0}}}
        """;

    private const string Backup320 =
        """
        {"main":{"backup_id":"20261201T014614","backup_type":"full","base_backup_information":{"backup_method":"postgres",
        "backup_size":"22.1 MiB","backup_size_bytes":23129521,"backup_size_with_wals":"38.1 MiB",
        "backup_size_with_wals_bytes":39906737,"begin_lsn":"0/D000028","begin_offset":40,
        "begin_time":"2026-12-01 01:46:14.566963+00:00","begin_time_timestamp":"1796089574",
        "begin_wal":"00000001000000000000000D","compression":null,"copy_time":"1 second","copy_time_seconds":1.21782,
        "encryption":null,"end_lsn":"0/E000000","end_offset":0,"end_time":"2026-12-01 01:46:15.796005+00:00",
        "end_time_timestamp":"1796089575","end_wal":"00000001000000000000000D","number_of_workers":1,
        "throughput":"18.1 MiB/s","throughput_bytes":18992561,"timeline":1,"wal_num":1,"wal_size":"16.0 MiB",
        "wal_size_bytes":16777216},"catalog_information":{"children_backup_ids":null,
        "next_backup":"- (this is the latest base backup)","previous_backup":"- (this is the oldest base backup)",
        "retention_policy":"not enforced"},"cluster_size":"22.1 MiB","cluster_size_bytes":23137993,
        "pgdata_directory":"/tmp/tbr/pg","postgresql_version":150018,"server_information":{"data_checksums":"off",
        "summarize_wal":null},"status":"DONE","system_id":"7714145811556048129","tablespaces":[],
        "wal_information":{"compression_ratio":0,"disk_usage":"0 B","disk_usage_bytes":0,
        "last_available":"00000001000000000000000D","no_of_files":0,"timelines":[],"wal_rate":0,"wal_rate_per_second":0}}}
        """;

    private static readonly BarmanArchive Barman = new("backup.example", "main", null);

    [Fact]
    public void PgBackRest_lists_full_differential_and_incremental_backups()
    {
        IReadOnlyList<ToolBackup> backups = PgBackRestBackups.Parse(PgBackRest245, PgBackRestStanza.Parse(PgBackRest245, "main")!);

        Assert.Equal(
            ["20261201-014601F", "20261201-014601F_20261201-014605D", "20261201-014601F_20261201-014608I"],
            backups.Select(backup => backup.Id));
        Assert.All(backups, backup => Assert.False(backup.HasErrors));
        PgBaseBackup full = backups[0].Backup;
        Assert.Equal("pgbackrest:main/20261201-014601F", full.Directory);
        Assert.Equal("pgBackRest", full.Tool);
        Assert.Equal(ServerVersion.OfMajor(15), full.Version);
        Assert.Equal(new SystemIdentifier(7714145811556048129), full.SystemIdentifier);
        Assert.Equal((new TimelineId(1), Lsn.Parse("0/2000028"), Lsn.Parse("0/2000100")), (full.Timeline, full.StartLsn, full.EndLsn));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1796089564), full.EndTime);
        Assert.Equal(3043441, full.Size);
        Assert.Null(full.BasedOn);
        PgBaseBackup incremental = backups[2].Backup;
        Assert.Equal(backups[1].Backup.Directory, incremental.BasedOn);
        Assert.Equal(backups[1].Backup.StartLsn, incremental.IncrementalFromLsn);
        Assert.Equal(430, incremental.Size);
    }

    [Fact]
    public void The_newest_pgBackRest_says_it_the_same_way()
    {
        IReadOnlyList<ToolBackup> backups = PgBackRestBackups.Parse(PgBackRest260, PgBackRestStanza.Parse(PgBackRest260, "main")!);

        Assert.Equal(["20261201-014604F", "20261201-014604F_20261201-014757D"], backups.Select(backup => backup.Id));
        Assert.Equal(Lsn.Parse("0/11000028"), backups[0].Backup.StartLsn);
        Assert.Equal(backups[0].Backup.Directory, backups[1].Backup.BasedOn);
    }

    [Fact]
    public void A_backup_with_damaged_pages_is_told_apart()
    {
        string damaged = PgBackRest260.Replace("\"error\":false", "\"error\":true", StringComparison.Ordinal);

        Assert.All(PgBackRestBackups.Parse(damaged, PgBackRestStanza.Parse(damaged, "main")!), backup => Assert.True(backup.HasErrors));
    }

    [Fact]
    public void Barman_lists_complete_backups()
    {
        Assert.Equal(["20261201T014612"], BarmanBackups.Ids(List34, Barman));
        Assert.Equal(["20261201T014614"], BarmanBackups.Ids(List320, Barman));
        Assert.Equal([], BarmanBackups.Ids(List34.Replace("DONE", "FAILED", StringComparison.Ordinal), Barman));
        Assert.Null(BarmanBackups.Ids(List34, Barman with { Server = "other" }));
    }

    [Theory]
    [InlineData(Backup34, "20261201T014612", "0/B000028", "0/C000000", 23130082, null)]
    [InlineData(Backup320, "20261201T014614", "0/D000028", "0/E000000", 23129521, 7714145811556048129UL)]
    public void Barman_shows_a_backup(string json, string id, string start, string end, long size, ulong? system)
    {
        PgBaseBackup backup = BarmanBackups.Parse(json, Barman).Backup;

        Assert.Equal(($"barman:backup.example/main/{id}", "Barman", id), (backup.Directory, backup.Tool, backup.Label));
        Assert.Equal(new ServerVersion(150018), backup.Version);
        Assert.Equal((new TimelineId(1), Lsn.Parse(start), Lsn.Parse(end)), (backup.Timeline, backup.StartLsn, backup.EndLsn));
        Assert.Equal(size, backup.Size);
        Assert.Equal(system, backup.SystemIdentifier?.Value);
        Assert.Null(backup.BasedOn);
    }

    [Theory]
    [InlineData("pgbackrest:main/20261201-014601F", "pgBackRest", "pgbackrest --stanza=main --set=20261201-014601F expire")]
    [InlineData("barman:backup.example/main/20261201T014612", "Barman", "on backup.example: barman delete main 20261201T014612")]
    public void A_backup_of_a_tool_is_removed_by_the_tool(string place, string tool, string command)
    {
        PgHaException refusal = Assert.Throws<PgHaException>(() => ToolBackup.RequireOwn(place));

        Assert.Equal(ErrorIds.KeptByAnotherTool, refusal.ErrorId);
        Assert.EndsWith(command, refusal.Advice, StringComparison.Ordinal);
        Assert.StartsWith(tool, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/backups/monday")]
    [InlineData("/backups/pgbackrest:main/1")]
    public void A_directory_is_nobody_elses(string directory) => ToolBackup.RequireOwn(directory);
}
