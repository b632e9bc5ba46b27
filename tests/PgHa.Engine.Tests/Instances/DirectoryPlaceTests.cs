using PgHa.Engine.Access;
using PgHa.Engine.Backups;
using PgHa.Engine.Cloning;
using PgHa.Engine.Instances;
using PgHa.Engine.PrimaryChange;
using PgHa.Engine.Recovery;
using PgHa.Engine.Recovery.Restore;
using PgHa.Engine.Repair;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Instances;

/// <summary>A standby whose data directory is a mount point or a symbolic link, from its clone to its removal.</summary>
public sealed class DirectoryPlaceTests
{
    /// <summary>The majors whose packages have <c>pg_rewind</c>.</summary>
    public static TheoryData<int> RewindMajors => [.. PostgresInstallations.ForScenarios.Where(major => major is 15 or >= 17)];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RewindMajors))]
    public async Task A_mount_point_is_cloned_into_rewound_replaced_and_emptied(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        SmallDisk disk = await SmallDisk.TryCreateAsync(cluster.Area, "disk", megabytes: 400)
            ?? throw Xunit.Sdk.SkipException.ForSkip("Only root can make a small disk, and not in every container.");
        await TestCluster.RunAsync("mkdir", Path.Combine(disk.Directory, "lost+found"));
        PgInstance primary = await PrimaryAsync(cluster);
        BaseBackupPlan plan = await new BaseBackup(cluster.Context).PlanAsync(
            CloneOf(cluster, primary, disk.Directory), TestCluster.Deadline);
        Assert.Contains("which is a mount point", plan.ToString(), StringComparison.Ordinal);
        PgInstance standby = await StandbyAsync(
            cluster, primary, await new BaseBackup(cluster.Context).ApplyAsync(plan, TestCluster.Deadline));
        Assert.Empty(Own(disk));

        await DivergeAsync(cluster, standby);
        var repair = new StandbyRepair(cluster.Context);
        RepairPlan rewind = await repair.PlanAsync(
            standby, new RepairOptions { Upstream = primary, AllowDataLoss = true }, TestCluster.Deadline);
        Assert.Equal(RepairMethod.Rewind, rewind.Decision.Method);
        Assert.Contains("a mount point", rewind.Procedure.ToString(), StringComparison.Ordinal);
        await repair.RunAsync(rewind, TestCluster.Deadline);
        Assert.True(await cluster.ScalarAsync<bool>(standby, "select to_regclass('lost') is null and pg_is_in_recovery()"));
        Assert.Empty(Own(disk));

        await repair.ApplyAsync(standby, new RepairOptions { Upstream = primary, NewClone = true }, TestCluster.Deadline);
        Assert.StartsWith(".pgha-old-", Assert.Single(Own(disk)), StringComparison.Ordinal);
        Assert.Contains(cluster.Log.Warnings, warning => warning.Contains("base backups copy it too", StringComparison.Ordinal));

        await cluster.Control.StopAsync(standby, StopMode.Fast, TestCluster.Deadline);
        string halfway = Path.Combine(disk.Directory, ".pgha-clone.pgha-coming-in");
        await TestCluster.RunAsync("mkdir", halfway);
        await TestCluster.RunAsync("mv", Path.Combine(disk.Directory, "global"), Path.Combine(disk.Directory, "PG_VERSION"), halfway);
        await TestCluster.FailsAsync("MoveIncomplete", () => cluster.Control.StartAsync(standby, TestCluster.Deadline));
        RepairPlan finish = await repair.PlanAsync(standby, new RepairOptions { Upstream = primary }, TestCluster.Deadline);
        Assert.Contains("which was interrupted, to its end", finish.Procedure.ToString(), StringComparison.Ordinal);
        await repair.RunAsync(finish, TestCluster.Deadline);
        Assert.True(await cluster.ScalarAsync<bool>(standby, "select pg_is_in_recovery()"));

        await new InstanceRemover(cluster.Context).RemoveAsync(standby, stopFirst: true, TestCluster.Deadline);
        Assert.DoesNotContain("PG_VERSION", Directory.EnumerateFileSystemEntries(disk.Directory).Select(Path.GetFileName));
        Assert.True(Directory.Exists(Path.Combine(disk.Directory, "lost+found")));
    }

    [Theory]
    [MemberData(nameof(TestCluster.Majors), MemberType = typeof(TestCluster))]
    public async Task A_backup_is_taken_merged_and_restored_into_mount_points(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        SmallDisk disk = await SmallDisk.TryCreateAsync(cluster.Area, "disk", megabytes: 400)
            ?? throw Xunit.Sdk.SkipException.ForSkip("Only root can make a small disk, and not in every container.");
        await TestCluster.RunAsync("mkdir", Path.Combine(disk.Directory, "lost+found"));
        PgInstance primary = await PrimaryAsync(cluster);
        string archive = await cluster.Area.CreateDirectoryAsync("archive"), folder = await cluster.Area.CreateDirectoryAsync("backups");
        bool isIncremental = major >= 17;
        await cluster.ExecuteAsync(primary, $"alter system set archive_command = 'cp %p {archive}/%f'");
        await cluster.ExecuteAsync(primary, "alter system set archive_mode = on");
        if (isIncremental)
            await cluster.ExecuteAsync(primary, "alter system set summarize_wal = on");
        await cluster.Control.RestartAsync(primary, StopMode.Fast, TestCluster.Deadline);
        await cluster.ExecuteAsync(primary, "create table kept as select 1 as a");
        string backup = Path.Combine(folder, "full");
        await TakeAsync(cluster, primary, isIncremental ? backup : disk.Directory, parent: null);
        if (isIncremental)
        {
            await cluster.ExecuteAsync(primary, "insert into kept values (2)");
            await TakeAsync(cluster, primary, Path.Combine(folder, "incremental"), backup);
            var merge = new BackupMerge(cluster.Context);
            BackupMergePlan plan = await merge.PlanAsync(
                Path.Combine(folder, "incremental"), disk.Directory, cluster.Installation.BinDirectory, TestCluster.Deadline);
            Assert.Contains("which is a mount point", plan.ToString(), StringComparison.Ordinal);
            Assert.Equal(disk.Directory, (await merge.RunAsync(plan, noSync: true, TestCluster.Deadline)).Directory);
        }

        Assert.Empty(Own(disk));
        SmallDisk other = (await SmallDisk.TryCreateAsync(cluster.Area, "other", megabytes: 400))!;
        var options = new RestoreOptions
        {
            Backup = disk.Directory,
            Name = "restored",
            DataDirectory = other.Directory,
            Port = cluster.Area.NextPort(),
            ArchiveDirectory = archive,
            Target = RecoveryTarget.Immediate,
            BinDirectory = cluster.Installation.BinDirectory,
            NoSync = true,
        };
        var restore = new InstanceRestore(cluster.Context);
        await TestCluster.RunAsync("touch", Path.Combine(other.Directory, "somebody-s"));
        await TestCluster.FailsAsync("DirectoryNotEmpty", () => restore.PlanAsync(options, TestCluster.Deadline));
        await TestCluster.RunAsync("rm", Path.Combine(other.Directory, "somebody-s"));
        RestoredInstance restored = await restore.RunAsync(await restore.PlanAsync(options, TestCluster.Deadline), TestCluster.Deadline);

        PgInstance server = restored.Server with { SocketDirectory = null };
        Assert.Equal(isIncremental ? 2 : 1, await cluster.ScalarAsync<long>(server, "select count(*) from kept"));
        Assert.Empty(Own(other));
        Assert.False(Path.Exists(other.Directory + ".pgha-incomplete"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(RewindMajors))]
    public async Task Links_to_the_data_and_to_the_WAL_stay(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        string link = cluster.Area["node"], real = Path.Combine(await cluster.Area.CreateDirectoryAsync("disk"), "data");
        string wal = Path.Combine(await cluster.Area.CreateDirectoryAsync("waldisk"), "wal");
        await TestCluster.RunAsync("ln", "-s", real, link);
        PgInstance primary = await PrimaryAsync(cluster);
        PgInstance clone = await new BaseBackup(cluster.Context).CreateAsync(CloneOf(cluster, primary, link), TestCluster.Deadline);
        Assert.Equal((link, real), (clone.DataDirectory, new FileInfo(link).LinkTarget));
        await TestCluster.RunAsync("mv", Path.Combine(real, "pg_wal"), wal);
        await TestCluster.RunAsync("ln", "-s", wal, Path.Combine(real, "pg_wal"));
        PgInstance standby = await StandbyAsync(cluster, primary, clone);

        await DivergeAsync(cluster, standby);
        var repair = new StandbyRepair(cluster.Context);
        await repair.ApplyAsync(standby, new RepairOptions { Upstream = primary, AllowDataLoss = true }, TestCluster.Deadline);
        Assert.Equal((real, wal), (new FileInfo(link).LinkTarget, new FileInfo(Path.Combine(link, "pg_wal")).LinkTarget));
        Assert.True(await cluster.ScalarAsync<bool>(standby, "select to_regclass('lost') is null and pg_is_in_recovery()"));

        await repair.ApplyAsync(standby, new RepairOptions { Upstream = primary, NewClone = true }, TestCluster.Deadline);
        Assert.Equal(real, new FileInfo(link).LinkTarget);
        string? newWal = new FileInfo(Path.Combine(link, "pg_wal")).LinkTarget;
        Assert.StartsWith(wal + ".pgha-", newWal, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.EnumerateFiles(newWal!));
        Assert.StartsWith(
            "data.pgha-old-",
            Assert.Single(Directory.EnumerateDirectories(cluster.Area["disk"]).Select(Path.GetFileName), name => name != "data"),
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(cluster.Area.Directory).Select(Path.GetFileName),
            name => name!.StartsWith("node.", StringComparison.Ordinal));

        await new InstanceRemover(cluster.Context).RemoveAsync(standby, stopFirst: true, TestCluster.Deadline);
        Assert.False(Directory.Exists(real));
        Assert.False(Path.Exists(newWal));
        Assert.Null(new FileInfo(link).LinkTarget);
    }

    private static async Task TakeAsync(TestCluster cluster, PgInstance primary, string directory, string? parent)
    {
        var taker = new BackupTaker(cluster.Context);
        var options = new BackupOptions { Source = primary, Directory = directory, Parent = parent, NoSync = true };
        BackupPlan plan = await taker.PlanAsync(options, TestCluster.Deadline);
        await taker.TakeAsync(plan, TestCluster.Deadline);
    }

    private static IEnumerable<string?> Own(SmallDisk disk) =>
        Directory.EnumerateFileSystemEntries(disk.Directory, ".pgha-*").Select(Path.GetFileName);

    private static async Task<PgInstance> PrimaryAsync(TestCluster cluster)
    {
        PgInstance primary = await cluster.NewStartedAsync("primary");
        await new HbaRules(cluster.Context).AddAsync(
            primary,
            [HbaRule.Parse("host all postgres 127.0.0.1/32 trust"), HbaRule.Parse("host replication postgres 127.0.0.1/32 trust")],
            _ => Task.FromResult(true), TestCluster.Deadline);
        return primary with { SocketDirectory = null };
    }

    private static BaseBackupOptions CloneOf(TestCluster cluster, PgInstance primary, string directory) =>
        new() { Source = primary, Name = "node", DataDirectory = directory, Port = cluster.Area.NextPort(), NoSync = true };

    private static async Task<PgInstance> StandbyAsync(TestCluster cluster, PgInstance primary, PgInstance clone)
    {
        await new RecoverySettings(cluster.Context).SetAsync(
            clone, new RecoveryOptions { Upstream = primary, ApplicationName = clone.Name }, TestCluster.Deadline);
        return await cluster.Control.StartAsync(clone, TestCluster.Deadline) with { SocketDirectory = null };
    }

    private static async Task DivergeAsync(TestCluster cluster, PgInstance standby)
    {
        await new PromotionControl(cluster.Context).PromoteAsync(standby, TestCluster.Deadline);
        await cluster.ExecuteAsync(standby, "create table lost as select 1 as a");
        await cluster.Control.StopAsync(standby, StopMode.Fast, TestCluster.Deadline);
    }
}
