using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Archiving;

/// <summary>The commands as a shell runs them, in the directory and with the replacements a server gives.</summary>
public sealed class ArchiveCommandRunTests
{
    private const string Segment = "000000010000000000000001";

    public static TheoryData<string> Files => [Segment, Segment + ".partial", Segment + ".00000028.backup", "00000002.history"];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_of_any_kind_is_archived_and_restored(string file)
    {
        await using TestArea area = await WithWalAsync(file, "content");

        Assert.Equal((0, ""), await ArchiveAsync(area, file));
        Assert.Equal("content", await File.ReadAllTextAsync(area[$"archive/{file}"], TestCluster.Deadline));
        Assert.Equal((0, ""), await RestoreAsync(area, file));
        Assert.Equal("content", await File.ReadAllTextAsync(area["data/restored"], TestCluster.Deadline));
        Assert.Single(Directory.EnumerateFileSystemEntries(area["archive"]));
    }

    [Fact]
    public async Task The_same_content_again_is_success_and_other_content_failure_that_overwrites_nothing()
    {
        await using TestArea area = await WithWalAsync(Segment, "content");

        Assert.Equal((0, ""), await ArchiveAsync(area, Segment));
        Assert.Equal((0, ""), await ArchiveAsync(area, Segment));
        await TestCluster.RunAsync("sh", "-c", $"printf other-content > '{area["data/pg_wal/" + Segment]}'");
        (int exitCode, string error) = await ArchiveAsync(area, Segment);

        Assert.InRange(exitCode, 1, 125); // above, the server would take it for a signal
        Assert.Contains("differ", error, StringComparison.Ordinal);
        Assert.Equal("content", await File.ReadAllTextAsync(area[$"archive/{Segment}"], TestCluster.Deadline));
    }

    [Fact]
    public async Task Without_an_archive_it_fails_and_makes_none()
    {
        await using TestArea area = await WithWalAsync(Segment, "content");
        Directory.Delete(area["archive"]);

        (int exitCode, string error) = await ArchiveAsync(area, Segment);

        Assert.InRange(exitCode, 1, 125);
        Assert.Contains("No such file or directory", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(area["archive"]));
    }

    [Fact]
    public async Task On_a_full_disk_it_fails_and_leaves_nothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "only root can mount a small file system");
        await using TestArea area = await WithWalAsync(Segment, new string('x', 100_000));
        ProcessResult mounted = await ChildProcess.RunAsync(
            "mount", ["-t", "tmpfs", "-o", "size=64k,mode=0777", "tmpfs", area["archive"]], TimeSpan.FromSeconds(10));
        Assert.SkipUnless(mounted.ExitCode == 0, $"mounting is not possible here: {mounted.Error}");
        try
        {
            (int exitCode, string error) = await ArchiveAsync(area, Segment);

            Assert.InRange(exitCode, 1, 125);
            Assert.Contains("No space left on device", error, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(area["archive"]));
        }
        finally
        {
            (await ChildProcess.RunAsync("umount", [area["archive"]], TimeSpan.FromSeconds(10))).OrThrow();
        }
    }

    [Fact]
    public async Task A_missing_file_is_a_silent_failure_of_the_restore()
    {
        await using TestArea area = await WithWalAsync(Segment, "content");

        Assert.Equal((1, ""), await RestoreAsync(area, "00000002.history"));
    }

    private static async Task<TestArea> WithWalAsync(string file, string content)
    {
        TestArea area = await TestArea.CreateAsync(TestCluster.Deadline);
        await area.CreateDirectoryAsync("data/pg_wal");
        await area.CreateDirectoryAsync("archive");
        await TestCluster.RunAsync("sh", "-c", "printf %s \"$1\" > \"$2\"", "sh", content, area[$"data/pg_wal/{file}"]);
        return area;
    }

    private static Task<(int ExitCode, string Error)> ArchiveAsync(TestArea area, string file) =>
        RunAsync(area, ArchiveCommand.ForPosix(area["archive"]), $"pg_wal/{file}", file);

    private static Task<(int ExitCode, string Error)> RestoreAsync(TestArea area, string file) =>
        RunAsync(area, RestoreCommand.ForPosix(area["archive"]), "restored", file);

    private static async Task<(int ExitCode, string Error)> RunAsync(TestArea area, string command, string path, string file)
    {
        string replaced = command
            .Replace("%p", path, StringComparison.Ordinal)
            .Replace("%f", file, StringComparison.Ordinal)
            .Replace("%%", "%", StringComparison.Ordinal);
        ProcessResult result = await ServerUser.RunAsync(
            "sh", ["-c", "cd \"$1\" && eval \"$2\"", "sh", area["data"], replaced], TimeSpan.FromSeconds(20), TestCluster.Deadline);
        return (result.ExitCode, result.Error);
    }
}
