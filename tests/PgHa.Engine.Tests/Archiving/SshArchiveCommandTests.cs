using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Archiving;

/// <summary>The commands of an archive on another machine, as a server's shell runs them, against a real sshd.</summary>
public sealed class SshArchiveCommandTests : IAsyncLifetime
{
    private const string Segment = "000000010000000000000001";
    private const int SegmentSize = 16 << 20;

    private TestArea _area = null!;
    private SshServer _ssh = null!;

    public static TheoryData<string> Files => [Segment, Segment + ".partial", Segment + ".00000028.backup", "00000002.history"];

    private string Archive => _area["it's 100% \"far\" $x"];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(SshServer.IsInstalled, "openssh-server is not installed");
        _area = await TestArea.CreateAsync(TestCluster.Deadline);
        await _area.CreateDirectoryAsync("data/pg_wal");
        await _area.CreateDirectoryAsync("bin");
        await TestCluster.RunAsync("mkdir", Archive);
    }

    public async ValueTask DisposeAsync()
    {
        if (_ssh is not null)
            await _ssh.DisposeAsync();
        if (_area is not null)
            await _area.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_of_any_kind_is_archived_and_restored(string file)
    {
        await StartAsync();
        await WriteWalAsync(file, "content\0\n\n");

        Assert.Equal((0, ""), await ArchiveAsync(file));
        Assert.Equal("content\0\n\n", await File.ReadAllTextAsync(Path.Combine(Archive, file), TestCluster.Deadline));
        Assert.Equal((0, ""), await RestoreAsync(file));
        Assert.Equal("content\0\n\n", await File.ReadAllTextAsync(_area["data/restored"], TestCluster.Deadline));
        Assert.Single(Directory.EnumerateFileSystemEntries(Archive));
    }

    [Fact]
    public async Task The_same_content_again_is_success_and_other_content_failure_that_overwrites_nothing()
    {
        await StartAsync();
        await WriteWalAsync(Segment, "content");

        Assert.Equal((0, ""), await ArchiveAsync(Segment));
        Assert.Equal((0, ""), await ArchiveAsync(Segment));
        await WriteWalAsync(Segment, "other-content");
        (int exitCode, string error) = await ArchiveAsync(Segment);

        Assert.Equal(1, exitCode);
        Assert.Contains("differ", error, StringComparison.Ordinal);
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(Archive, Segment), TestCluster.Deadline));
        Assert.Single(Directory.EnumerateFileSystemEntries(Archive));
    }

    [Fact]
    public async Task Without_an_archive_it_fails_and_makes_none_and_no_restore_takes_it_for_the_end_of_the_wal()
    {
        await StartAsync();
        await WriteWalAsync(Segment, "content");
        Directory.Delete(Archive);

        (int exitCode, string error) = await ArchiveAsync(Segment);

        Assert.Equal(1, exitCode);
        Assert.Contains("can't cd", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Archive));
        Assert.Equal(255, (await RestoreAsync(Segment)).ExitCode);
    }

    [Fact]
    public async Task On_a_full_disk_it_fails_and_leaves_nothing()
    {
        SmallDisk? disk = await SmallDisk.TryCreateAsync(_area, "small", 1);
        Assert.SkipWhen(disk is null, "mounting is not possible here");
        await StartAsync();
        await WriteSegmentAsync();

        (int exitCode, string error) = await ArchiveAsync(Segment, disk.Directory);

        Assert.Equal(1, exitCode);
        Assert.Contains("No space left on device", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Directory));
    }

    [Fact]
    public async Task A_missing_file_is_a_silent_failure_of_the_restore()
    {
        await StartAsync();

        Assert.Equal((1, ""), await RestoreAsync("00000002.history"));
    }

    [Fact]
    public async Task What_a_login_prints_does_no_harm()
    {
        await _area.CreateDirectoryAsync("sshd");
        await TestCluster.RunAsync("sh", "-c", "echo Welcome. >\"$1\"", "sh", _area["banner"]);
        await StartAsync(
            $"Banner {_area["banner"]}",
            "ForceCommand echo 'You have mail.'; printf 'pgha: and no end of line'; eval \"$SSH_ORIGINAL_COMMAND\"");
        await WriteWalAsync(Segment, "content");

        Assert.Equal(0, (await ArchiveAsync(Segment)).ExitCode);
        Assert.Equal((0, ""), await RestoreAsync(Segment));
        Assert.Equal("content", await File.ReadAllTextAsync(_area["data/restored"], TestCluster.Deadline));
        Assert.Equal((1, ""), await RestoreAsync("00000002.history"));
    }

    [Fact]
    public async Task Any_login_shell_there_will_do()
    {
        Assert.SkipUnless(File.Exists("/bin/csh") || File.Exists("/usr/bin/fish"), "neither csh nor fish is installed");
        string shell = File.Exists("/bin/csh") ? "/bin/csh -f" : "/usr/bin/fish --no-config";
        await StartAsync($"ForceCommand exec {shell} -c \"$SSH_ORIGINAL_COMMAND\"");
        await WriteWalAsync(Segment, "content");

        Assert.Equal((0, ""), await ArchiveAsync(Segment));
        Assert.Equal((0, ""), await RestoreAsync(Segment));
        Assert.Equal("content", await File.ReadAllTextAsync(_area["data/restored"], TestCluster.Deadline));
    }

    [Fact]
    public async Task A_machine_that_is_away_fails_the_archiver_and_a_standby_goes_on_without_it()
    {
        await StartAsync();
        await WriteWalAsync(Segment, "content");
        await _ssh.StopAsync();

        (int exitCode, string error) = await ArchiveAsync(Segment);
        // 255, as ssh says it, would end the archiver uncounted, and the recovery of a standby.
        Assert.Equal(1, exitCode);
        Assert.Contains("Connection refused", error, StringComparison.Ordinal);
        Assert.Equal(255, (await RestoreAsync(Segment)).ExitCode);
        await TestCluster.RunAsync("touch", _area["data/standby.signal"]);
        Assert.Equal(1, (await RestoreAsync(Segment)).ExitCode);
        await TestCluster.RunAsync("rm", _area["data/standby.signal"]);
        await TestCluster.RunAsync("sh", "-c", "echo \"standby_mode = 'on'\" >\"$1\"", "sh", _area["data/recovery.conf"]);
        Assert.Equal(1, (await RestoreAsync(Segment)).ExitCode);
    }

    [Fact]
    public async Task A_key_of_the_machine_that_nobody_knows_is_not_trusted()
    {
        await StartAsync();
        await WriteWalAsync(Segment, "content");
        await TestCluster.RunAsync("rm", _area["sshd/known_hosts"]);

        (int exitCode, string error) = await ArchiveAsync(Segment);

        Assert.Equal(1, exitCode);
        Assert.Contains("Host key verification failed", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Archive));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_link_cut_or_a_sender_killed_in_the_middle_of_a_push_leaves_nothing(bool isSenderKilled)
    {
        await StartAsync();
        await WriteSegmentAsync();
        // Sends half of the file and goes on slowly.
        await WriteCatAsync($"head -c {SegmentSize / 2} \"$1\"; touch \"{_area["half"]}\"; while printf x; do sleep 0.05; done");

        Task<(int ExitCode, string Error)> push = ArchiveAsync(Segment);
        await UntilAsync(() => File.Exists(_area["half"]) && Directory.EnumerateFileSystemEntries(Archive).Any());
        if (isSenderKilled)
            await TestCluster.RunAsync("pkill", "-KILL", "-f", $"ssh -F {_area["sshd/ssh_config"]}");
        else
            await _ssh.CutAsync();

        Assert.InRange((await push).ExitCode, 1, 125);
        await UntilAsync(() => !Directory.EnumerateFileSystemEntries(Archive).Any());
        await TestCluster.RunAsync("rm", _area["bin/cat"]);
        Assert.Equal((0, ""), await ArchiveAsync(Segment));
        Assert.Equal(SegmentSize, new FileInfo(Path.Combine(Archive, Segment)).Length);
        Assert.Equal((0, ""), await ArchiveAsync(Segment));
    }

    [Fact]
    public async Task A_link_cut_in_the_middle_of_a_fetch_is_a_failure()
    {
        await StartAsync();
        await WriteSegmentAsync();
        Assert.Equal((0, ""), await ArchiveAsync(Segment));
        // Takes a little and rests, so that the rest is still on its way.
        await WriteCatAsync($"head -c 1000; touch \"{_area["half"]}\"; sleep 1; exec /bin/cat");

        Task<(int ExitCode, string Error)> fetch = RestoreAsync(Segment);
        await UntilAsync(() => File.Exists(_area["half"]));
        await _ssh.CutAsync();

        Assert.Equal(255, (await fetch).ExitCode);
    }

    private async Task StartAsync(params string[] options) => _ssh = await SshServer.StartAsync(_area, options);

    private Task<string> WriteWalAsync(string file, string content) => TestCluster.RunAsync(
        "sh", "-c", "printf %b \"$1\" >\"$2\"", "sh", content.Replace("\0", "\\0", StringComparison.Ordinal),
        _area[$"data/pg_wal/{file}"]);

    private Task<string> WriteSegmentAsync() => TestCluster.RunAsync(
        "dd", "if=/dev/urandom", $"of={_area[$"data/pg_wal/{Segment}"]}", $"bs={SegmentSize}", "count=1", "iflag=fullblock",
        "status=none");

    // A cat of the server's machine that does what a test needs.
    private async Task WriteCatAsync(string script)
    {
        await TestCluster.RunAsync(
            "sh", "-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" >\"$2\"; chmod 755 \"$2\"", "sh", script, _area["bin/cat"]);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (int look = 0; !isSo(); look++)
        {
            Assert.True(look < 400, "it never came to be");
            await Task.Delay(50, TestCluster.Deadline);
        }
    }

    private Task<(int ExitCode, string Error)> ArchiveAsync(string file, string? directory = null) =>
        RunAsync(new SshArchive(SshServer.Alias, directory ?? Archive).ArchiveCommand(isWindows: false), $"pg_wal/{file}", file);

    private Task<(int ExitCode, string Error)> RestoreAsync(string file) =>
        RunAsync(new SshArchive(SshServer.Alias, Archive).RestoreCommand(isWindows: false), "restored", file);

    private async Task<(int ExitCode, string Error)> RunAsync(string command, string path, string file)
    {
        string replaced = command
            .Replace("%%", "\u0001", StringComparison.Ordinal)
            .Replace("%p", path, StringComparison.Ordinal)
            .Replace("%f", file, StringComparison.Ordinal)
            .Replace('\u0001', '%');
        ProcessResult result = await ServerUser.RunAsync(
            "sh",
            ["-c", "cd \"$1\" && PATH=\"$3:$4:$PATH\" && eval \"$2\"", "sh", _area["data"], replaced, _area["bin"], _ssh.BinDirectory],
            TimeSpan.FromSeconds(30), TestCluster.Deadline);
        return (result.ExitCode, result.Error);
    }
}
