using PgHa.Engine.Backups;
using PgHa.Engine.Tests.Replication;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Backup;

/// <summary>What of a folder of backups goes, and what stays because it may be something else.</summary>
public sealed class BackupRemoverTests(Primary15 servers) : IClassFixture<Primary15>
{
    private static readonly BackupRetention One = new() { KeepLast = 1 };

    private readonly Dictionary<string, PgHaException> _refused = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private BackupRemover Remover => new(servers.Context);

    private async Task<string> FolderAsync(string name, params string[] backups)
    {
        string folder = await servers.Area.CreateDirectoryAsync(name);
        foreach (string backup in backups)
            await TakeAsync($"{folder}/{backup}");
        return folder;
    }

    private async Task TakeAsync(string directory, BackupFormat format = BackupFormat.Plain)
    {
        BackupTaker taker = new(servers.Context);
        await taker.TakeAsync(
            await taker.PlanAsync(
                new BackupOptions { Source = servers.Primary, Directory = directory, Format = format, NoSync = true }, Cancellation),
            Cancellation);
        // Times are in whole seconds.
        await Task.Delay(TimeSpan.FromSeconds(1.1), Cancellation);
    }

    private Task<BackupRemovalPlan> NamedAsync(string folder, params string[] names) =>
        Remover.PlanAsync(folder, [.. names.Select(name => $"{folder}/{name}")], mayRemoveLast: false, _refused.Add, Cancellation);

    private static string[] Names(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task A_retention_removes_backups_of_any_form_and_leaves_what_is_none()
    {
        string folder = await FolderAsync("mixed", "a");
        await TakeAsync($"{folder}/b", BackupFormat.Tar);
        await TakeAsync($"{folder}/c");
        await TestCluster.RunAsync("mkdir", $"{folder}/d.pgha-incomplete", $"{folder}/documents");

        BackupRemovalPlan plan = await Remover.PlanAsync(folder, One, mayRemoveLast: false, Cancellation);
        Assert.Equal(["a", "b", "c", "d.pgha-incomplete", "documents"], Names(folder));
        await Remover.RemoveAsync(plan, Cancellation);

        Assert.Equal(["c", "d.pgha-incomplete", "documents"], Names(folder));
        Assert.Contains(servers.Log.Warnings, line => line.Contains("d.pgha-incomplete' is not complete", StringComparison.Ordinal));
        Assert.True((await Remover.PlanAsync(folder, One, mayRemoveLast: false, Cancellation)).IsEmpty);
    }

    [Fact]
    public async Task A_removal_that_was_interrupted_is_finished()
    {
        string folder = await FolderAsync("interrupted", "a", "b", "c");
        await TestCluster.RunAsync("mv", $"{folder}/a", $"{folder}/a.pgha-removed");
        await TestCluster.RunAsync("rm", $"{folder}/a.pgha-removed/PG_VERSION");
        await TestCluster.RunAsync("mv", $"{folder}/b", $"{folder}/b.pgha-removed");

        await Remover.RemoveAsync(await NamedAsync(folder, "a"), Cancellation);
        Assert.Empty(_refused);
        Assert.Equal(["b.pgha-removed", "c"], Names(folder));

        BackupRemovalPlan plan = await Remover.PlanAsync(folder, One, mayRemoveLast: false, Cancellation);
        Assert.Contains("Finish removing", plan.ToString(), StringComparison.Ordinal);
        await Remover.RemoveAsync(plan, Cancellation);
        Assert.Equal(["c"], Names(folder));
    }

    [Fact]
    public async Task What_is_or_holds_something_else_is_refused()
    {
        string folder = await FolderAsync("others", "opts", "nested", "started", "last");
        await TestCluster.RunAsync("touch", $"{folder}/opts/postmaster.opts");
        await TestCluster.RunAsync("cp", "-a", $"{folder}/last", $"{folder}/nested/inner");
        await TestCluster.RunAsync("ln", "-s", $"{folder}/last", $"{folder}/link");
        await TestCluster.RunAsync("rm", $"{folder}/started/backup_label");

        BackupRemovalPlan plan = await NamedAsync(folder, "opts", "nested", "started", "link", "nothing");

        Assert.True(plan.IsEmpty, plan.ToString());
        Assert.Equal(
            ["BackupInUse", "NotABaseBackup", "NotABaseBackup", "PathIsSymbolicLink", "BackupNotFound"],
            new[] { "opts", "nested", "started", "link", "nothing" }.Select(name => _refused[$"{folder}/{name}"].ErrorId));
        await Remover.RemoveAsync(await Remover.PlanAsync(folder, One, mayRemoveLast: false, Cancellation), Cancellation);
        Assert.Equal(["last", "link", "nested", "opts", "started"], Names(folder));
        Assert.Equal(
            "NotABackupFolder",
            (await TestCluster.FailsAsync(
                "NotABackupFolder", () => Remover.PlanAsync($"{folder}/last", One, mayRemoveLast: true, Cancellation))).ErrorId);
    }

    [Fact]
    public async Task A_server_that_was_started_in_a_backup_after_the_plan_is_spared()
    {
        string folder = await FolderAsync("late", "a", "b");
        BackupRemovalPlan plan = await Remover.PlanAsync(folder, One, mayRemoveLast: false, Cancellation);
        Assert.Equal([$"{folder}/a"], plan.Removed.Select(backup => backup.Directory));
        PgInstance started = servers.Primary with { DataDirectory = $"{folder}/a", Port = servers.Area.NextPort() };
        await PrimaryFixture.AppendAsync(started, "postgresql.conf", $"port = {started.Port}\narchive_mode = off\n");
        await servers.StartAsync(started);

        await TestCluster.FailsAsync("BackupInUse", () => Remover.RemoveAsync(plan, Cancellation));

        Assert.Equal(1, await PrimaryFixture.ScalarAsync<int>(started, "select 1"));
        await servers.StopAsync(started);
        await NamedAsync(folder, "a");
        Assert.Equal("NotABaseBackup", _refused[$"{folder}/a"].ErrorId);
    }

    [Fact]
    public async Task The_last_is_removed_by_force_only()
    {
        string folder = await FolderAsync("last", "a", "b");
        Assert.Equal([$"{folder}/a"], (await NamedAsync(folder, "a", "b")).Removed.Select(backup => backup.Directory));
        Assert.Equal("LastBackup", _refused[$"{folder}/b"].ErrorId);
        await Remover.RemoveAsync(
            await Remover.PlanAsync(folder, [$"{folder}/a", $"{folder}/b"], mayRemoveLast: true, _refused.Add, Cancellation), Cancellation);
        Assert.Empty(Names(folder));
    }

    [Fact]
    public async Task What_a_link_in_it_leads_to_stays()
    {
        string folder = await FolderAsync("linked", "a", "b");
        string space = await servers.Area.CreateDirectoryAsync("space");
        await TestCluster.RunAsync("touch", $"{space}/mine");
        await TestCluster.RunAsync("ln", "-s", space, $"{folder}/a/pg_tblspc/16999");

        await Remover.RemoveAsync(await Remover.PlanAsync(folder, One, mayRemoveLast: false, Cancellation), Cancellation);

        Assert.Equal(["b"], Names(folder));
        Assert.True(File.Exists($"{space}/mine"));
        Assert.Contains(servers.Log.Warnings, line => line.StartsWith($"'{space}', a tablespace of", StringComparison.Ordinal));
    }
}
