using System.Runtime.Versioning;
using PgHa.Engine.Machines;
using PgHa.Engine.Machines.Shell;

namespace PgHa.Engine.Tests.Machines;

/// <summary>What root does for a server's user, and where it stops.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RootRightsTests : IDisposable
{
    // The host comes first: it is what a test is skipped for, and then there is nothing to delete.
    private readonly ShellHost _host = ShellHost.As(OtherUser.User, log: null);
    private readonly TestDirectory _directory = new();

    public RootRightsTests()
    {
        Directory.CreateDirectory(_directory["closed"], (UnixFileMode)0b111_101_101);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_data_directory_is_made_renamed_and_deleted_where_the_user_may_not_write()
    {
        string data = _directory["closed/parent/data"];
        await _host.CreateDirectoryAsync(data, Cancellation);
        Assert.Equal(
            new FileStatus(true, 0, (UnixFileMode)0b111_000_000, _host.UserName, default),
            await _host.StatAsync(data, Cancellation) is { } status ? status with { ModifiedAt = default } : null);
        Assert.Equal("root", (await _host.StatAsync(_directory["closed/parent"], Cancellation))!.Owner);
        await _host.WriteFileAsync(data + "/PG_VERSION", "15\n"u8.ToArray(), null, Cancellation);

        await _host.MoveDirectoryAsync(data, data + ".new", Cancellation);
        Assert.Equal(["PG_VERSION"], await _host.ListAsync(data + ".new", Cancellation));
        await _host.DeleteDirectoryAsync(data + ".new", Cancellation);
        Assert.Equal([], await _host.ListAsync(_directory["closed/parent"], Cancellation));
    }

    [Fact]
    public async Task Content_is_never_touched_with_roots_rights()
    {
        Directory.CreateDirectory(_directory["closed/data/roots"], (UnixFileMode)0b111_101_101);
        await File.WriteAllTextAsync(_directory["closed/data/roots/file"], "x", Cancellation);
        await AssertDeniedAsync(() => _host.DeleteDirectoryAsync(_directory["closed/data"], Cancellation));
        await AssertDeniedAsync(() => _host.WriteFileAsync(_directory["closed/data/roots/file"], default, null, Cancellation));
        await AssertDeniedAsync(() => _host.DeleteFileAsync(_directory["closed/data/roots/file"], Cancellation));
        Assert.Equal("x", await File.ReadAllTextAsync(_directory["closed/data/roots/file"], Cancellation));
    }

    [Fact]
    public async Task What_the_user_may_not_see_is_denied_and_not_missing()
    {
        Directory.CreateDirectory(_directory["secret/data"], (UnixFileMode)0b111_000_000);
        File.SetUnixFileMode(_directory["secret"], (UnixFileMode)0b111_000_000);
        string path = _directory["secret/data/file"];
        await AssertDeniedAsync(() => _host.ReadFileAsync(path, Cancellation));
        await AssertDeniedAsync(() => _host.StatAsync(path, Cancellation));
        await AssertDeniedAsync(() => _host.ListAsync(_directory["secret/data"], Cancellation));
        await AssertDeniedAsync(() => _host.ListAsync(_directory["secret"], Cancellation));
        Assert.False(await _host.CanWriteAsync(_directory["secret"], Cancellation));
        Assert.False(await _host.CanWriteAsync(_directory["closed"], Cancellation));
    }

    [Fact]
    public async Task A_server_starts_in_a_session_of_the_user_and_a_cancelled_start_is_interrupted()
    {
        HostCommand command = new("sh", "-c", "id -un; echo $HOME; id -G; pwd") { StartsServer = true };
        CommandResult inSession = await _host.RunAsync(command, Cancellation);
        CommandResult without = await _host.RunAsync(command with { StartsServer = false }, Cancellation);
        Assert.Equal(inSession, without);
        Assert.StartsWith($"{_host.UserName}\n", without.Output, StringComparison.Ordinal);

        using var source = new CancellationTokenSource();
        Task<CommandResult> run = _host.RunAsync(
            new HostCommand("sh", "-c", "trap 'echo clean >\"$1\"; exit 1' INT; : >\"$2\"; while :; do sleep 0.05; done", "sh",
                _directory["trace"], _directory["ready"])
            {
                StartsServer = true
            },
            source.Token);
        Assert.True(await Poll.TryUntilAsync(
            () => Task.FromResult(File.Exists(_directory["ready"])), TimeSpan.FromMilliseconds(10),
            Deadline.In(TimeSpan.FromSeconds(30)), Cancellation));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.True(File.Exists(_directory["trace"]));
    }

    private static async Task AssertDeniedAsync(Func<Task> action) =>
        Assert.Equal(PgHaErrorKind.PermissionDenied, (await Assert.ThrowsAsync<PgHaException>(action)).Kind);
}
