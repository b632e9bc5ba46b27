using PgHa.Engine.Backups;
using PgHa.Engine.Clearance;
using PgHa.Engine.Tests.Replication;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Archiving;

/// <summary>What is cleared of an archive that a server filled, and when nothing is.</summary>
public sealed class ArchiveClearerTests(Primary15 servers) : IClassFixture<Primary15>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ArchiveClearer Clearer => new(servers.Context);

    private Task<ArchiveClearancePlan> PlanAsync(string archive, string backups, params PgInstance[] named) =>
        Clearer.PlanAsync(archive, new ArchiveClearanceOptions { BackupFolders = [backups], Servers = named }, Cancellation);

    /// <summary>A folder with one backup, and a copy of the archive with WAL before and after it.</summary>
    private async Task<(string Folder, string Archive)> MakeAsync(string name)
    {
        string folder = await servers.Area.CreateDirectoryAsync($"{name} backups");
        await SwitchAsync();
        BackupTaker taker = new(servers.Context);
        await taker.TakeAsync(
            await taker.PlanAsync(new BackupOptions { Source = servers.Primary, Directory = $"{folder}/one", NoSync = true }, Cancellation),
            Cancellation);
        await SwitchAsync();
        await TestCluster.RunAsync("cp", "-a", servers.Archive, servers.Area[name]);
        return (folder, servers.Area[name]);
    }

    private async Task SwitchAsync()
    {
        await PrimaryFixture.SqlAsync(servers.Primary, "create table if not exists t (a int)", "insert into t values (1)");
        string? last = await PrimaryFixture.ScalarAsync<string>(servers.Primary, "select pg_walfile_name(pg_switch_wal())");
        while (!File.Exists($"{servers.Archive}/{last}")
            || await PrimaryFixture.ScalarAsync<long>(
                servers.Primary, "select count(*) from pg_ls_archive_statusdir() where name like '%.ready'") > 0)
        {
            await Task.Delay(20, Cancellation);
        }
    }

    private static string[] Names(string directory) =>
        [.. Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task What_a_backup_does_not_need_goes_and_all_else_stays()
    {
        (string folder, string archive) = await MakeAsync("plain");
        await TestCluster.RunAsync("touch", $"{archive}/notes.txt", $"{archive}/00000002.history");
        PgBaseBackup backup = (await new BackupCatalogue(servers.Context).ReadAsync(folder, Cancellation))[0];
        string first = WalFileName.At(backup.Timeline, backup.StartLsn, WalSegmentSize.Default).ToString();
        string[] before = Names(archive);

        ArchiveClearance cleared = await Clearer.ClearAsync(await PlanAsync(archive, folder, servers.Primary), Cancellation);

        Assert.True(cleared.RemovedFiles > 0);
        Assert.Equal(first, cleared.KeptFrom.ToString());
        Assert.Equal(
            before.Where(name => name is "00000002.history" or "notes.txt" || string.CompareOrdinal(name, first) >= 0), Names(archive));
        Assert.Equal(0, (await Clearer.ClearAsync(await PlanAsync(archive, folder), Cancellation)).RemovedFiles);
    }

    [Fact]
    public async Task A_compressed_archive_is_identified_by_its_backups_or_refused()
    {
        (string folder, string archive) = await MakeAsync("compressed");
        await TestCluster.RunAsync("sh", "-c", "cd \"$1\" && for f in ????????????????????????; do gzip -1 $f; done", "sh", archive);

        PgHaException refused = await TestCluster.FailsAsync(
            "ArchiveOfUnknownSystem",
            () => Clearer.PlanAsync(archive, new ArchiveClearanceOptions { KeepFrom = "0/5000000" }, Cancellation));
        Assert.Contains("compressed", refused.Message, StringComparison.Ordinal);
        ArchiveClearance cleared = await Clearer.ClearAsync(await PlanAsync(archive, folder), Cancellation);
        Assert.True(cleared.RemovedFiles > 0);
        Assert.Contains($"{cleared.KeptFrom}.gz", Names(archive));
    }

    [Fact]
    public async Task What_is_not_known_to_be_needed_less_is_refused()
    {
        (string folder, string archive) = await MakeAsync("unknown");
        string[] before = Names(archive);
        PgInstance other = await servers.MakeAsync("other");
        await TestCluster.FailsAsync("ForeignSystemIdentifier", () => PlanAsync(archive, folder, other));

        // Stopped, it says by its files what it needs; but not where its slots are.
        await PrimaryFixture.SqlAsync(servers.Primary, "select pg_create_physical_replication_slot('standby', true)");
        await servers.StopAsync(servers.Primary);
        await TestCluster.FailsAsync("ServerNeedUnknown", () => PlanAsync(archive, folder, servers.Primary));
        await servers.StartAsync(servers.Primary);
        Assert.Contains((await PlanAsync(archive, folder, servers.Primary)).Keepers, keeper => keeper.Kind == ArchiveKeeperKind.Slot);
        await PrimaryFixture.SqlAsync(servers.Primary, "select pg_drop_replication_slot('standby')");

        await TestCluster.RunAsync("sh", "-c", "mkdir \"$1/tar\" && printf x > \"$1/tar/base.tar\"", "sh", folder);
        await TestCluster.FailsAsync("BackupNeedUnknown", () => PlanAsync(archive, folder));
        await TestCluster.FailsAsync("NotAnArchive", () => PlanAsync($"{servers.Primary.DataDirectory}/pg_wal", folder));
        await TestCluster.FailsAsync("NothingToKeepFrom", () => PlanAsync(archive, archive));
        Assert.Equal(before, Names(archive));
    }

    [Fact]
    public async Task A_backup_that_is_being_taken_counts()
    {
        (string folder, string archive) = await MakeAsync("begun");
        await TestCluster.RunAsync("mkdir", $"{folder}/two.pgha-incomplete");
        await TestCluster.RunAsync(
            "sh",
            "-c",
            "sed 's|^START WAL LOCATION.*|START WAL LOCATION: 0/2000028 (file 000000010000000000000002)|' "
                + "\"$1/one/backup_label\" > \"$1/two.pgha-incomplete/backup_label\"",
            "sh",
            folder);

        ArchiveClearancePlan plan = await PlanAsync(archive, folder);

        // The complete one may begin there too.
        Assert.Equal(new Lsn(0x2000028), plan.Keepers[0].StartLsn);
        Assert.Equal(
            new Lsn(0x2000028),
            Assert.Single(plan.Keepers, keeper => keeper.Name.Contains("not complete", StringComparison.Ordinal)).StartLsn);
        Assert.DoesNotContain(plan.Removed, file => string.CompareOrdinal(file.Name, "000000010000000000000002") >= 0);
    }

    [Fact]
    public async Task A_removal_that_fails_says_how_far_it_came()
    {
        (string folder, string archive) = await MakeAsync("readonly");
        ArchiveClearancePlan plan = await PlanAsync(archive, folder);
        await TestCluster.RunAsync("chmod", "0500", archive);

        PgHaException failure = await TestCluster.FailsAsync("ArchiveNotCleared", () => Clearer.ClearAsync(plan, Cancellation));

        Assert.Contains($"only 0 of {plan.Removed.Count} files", failure.Message, StringComparison.Ordinal);
        await TestCluster.RunAsync("chmod", "0700", archive);
    }
}
