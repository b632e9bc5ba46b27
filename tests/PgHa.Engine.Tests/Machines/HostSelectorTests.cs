using System.Runtime.Versioning;
using PgHa.Engine.Machines;
using PgHa.Engine.Machines.Local;
using PgHa.Engine.Machines.Shell;

namespace PgHa.Engine.Tests.Machines;

[UnsupportedOSPlatform("windows")]
public sealed class HostSelectorTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Without_a_data_directory_there_is_no_host()
    {
        var context = new EngineContext(new SilentLog());
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => context.HostOfAsync(new PgInstance { Name = "db1" }, Cancellation));
        Assert.Equal("HostAccessRequired", e.ErrorId);
        Assert.Contains("db1@127.0.0.1:5432", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_works_as_the_owner_of_the_directory_or_as_the_user_named()
    {
        string user = OtherUser.User.Name;
        IHost server = await HostSelector.ForDirectoryAsync(_directory["not yet"], null, Cancellation);
        Assert.IsType<ShellHost>(server);
        Assert.Equal(user, server.UserName);
        await server.CreateDirectoryAsync(_directory["data"], Cancellation);

        Assert.Equal("nobody", (await HostSelector.ForDirectoryAsync(_directory["not yet"], "nobody", Cancellation)).UserName);
        Assert.Equal(user, (await HostSelector.ForDirectoryAsync(_directory["data"], "nobody", Cancellation)).UserName);
        // Root's own directory, in which there is no server yet.
        Assert.Equal("nobody", (await HostSelector.ForDirectoryAsync(_directory.Path, "nobody", Cancellation)).UserName);
    }

    [Fact]
    public async Task Root_never_works_as_root_nor_as_a_user_that_is_not_there()
    {
        _ = OtherUser.User;
        Assert.Equal("ServerUserNotFound", await ErrorIdAsync(_directory["data"], "pgha-no-such-user"));
        Assert.Equal("RootCannotRunServer", await ErrorIdAsync(_directory["data"], "root"));
        await File.WriteAllTextAsync(_directory["PG_VERSION"], "15\n", Cancellation);
        Assert.Equal("RootCannotRunServer", await ErrorIdAsync(_directory.Path, null));
    }

    [Fact]
    public async Task Another_user_works_as_itself_and_only_on_its_own_directories()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root is every user");
        Assert.IsType<LocalHost>(await HostSelector.ForDirectoryAsync(_directory["data"], null, Cancellation));
        Assert.IsType<LocalHost>(await HostSelector.ForDirectoryAsync("/tmp", Environment.UserName, Cancellation));
        Assert.Equal("NotDirectoryOwner", await ErrorIdAsync("/usr", null));
        Assert.Equal("ServerUserNeedsRoot", await ErrorIdAsync(_directory["data"], "nobody"));
    }

    private static async Task<string> ErrorIdAsync(string directory, string? user) =>
        (await Assert.ThrowsAsync<PgHaException>(() => HostSelector.ForDirectoryAsync(directory, user, Cancellation))).ErrorId;

    private sealed class SilentLog : IEngineLog
    {
        public void Step(string message)
        {
        }

        public void Detail(string message)
        {
        }

        public void Warn(string message)
        {
        }

        public void Milestone(string message)
        {
        }

        public void Progress(EngineProgress progress)
        {
        }
    }
}
