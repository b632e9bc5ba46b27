using System.Globalization;
using PgHa.Engine.Instances;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Instances;

/// <summary>A cluster of Debian's tools, which stays one whatever PgHa does with it.</summary>
public sealed class DebianClusterTests : IAsyncDisposable
{
    private const string Create = "/usr/bin/pg_createcluster";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"pgha{Environment.ProcessId}");
    private string? _version;

    [Fact]
    public async Task A_cluster_keeps_its_log_its_options_and_its_place_in_Debians_list()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists(Create), "it takes root, and Debian's postgresql-common");
        await using TestCluster test = await TestCluster.CreateAsync();
        PgInstance server = await CreateAsync(test);

        Assert.EndsWith($"{_version}/{_name}", await test.Control.OwnerAsync(server, TestCluster.Deadline), StringComparison.Ordinal);
        server = await test.Control.StartAsync(server, TestCluster.Deadline);
        Assert.Equal("online", await StatusAsync());
        await RestartWithOptionsAsync(test, server);
        await test.Control.StopAsync(server, StopMode.Fast, TestCluster.Deadline);

        Assert.Equal("down", await StatusAsync());
        Assert.Contains(
            "database system is shut down", await File.ReadAllTextAsync(LogPath, TestCluster.Deadline), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(server.DataDirectory!, "log")));
        Assert.Empty(test.Log.Warnings);
    }

    [Fact]
    public async Task A_disabled_cluster_is_not_stopped_for_a_restart_that_would_fail()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists(Create), "it takes root, and Debian's postgresql-common");
        await using TestCluster test = await TestCluster.CreateAsync();
        PgInstance server = await test.Control.StartAsync(await CreateAsync(test), TestCluster.Deadline);
        await File.WriteAllTextAsync($"/etc/postgresql/{_version}/{_name}/start.conf", "disabled\n", TestCluster.Deadline);

        // What one call of a command has found out is not looked at again.
        var next = new InstanceControl(new EngineContext(test.Log));
        PgHaException e = await TestCluster.FailsAsync(
            "DebianClusterDisabled", () => next.RestartAsync(server, StopMode.Fast, TestCluster.Deadline));

        Assert.Contains("'manual'", e.Advice, StringComparison.Ordinal);
        Assert.Equal("online", await StatusAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_version is not null)
            await ChildProcess.RunAsync("pg_dropcluster", ["--stop", _version, _name], Deadline);
    }

    private string LogPath => $"/var/log/postgresql/postgresql-{_version}-{_name}.log";

    // An option that somebody gave on the command line is kept, as pg_ctl restart keeps it.
    private async Task RestartWithOptionsAsync(TestCluster test, PgInstance server)
    {
        await test.Control.StopAsync(server, StopMode.Fast, TestCluster.Deadline);
        await RunAsync("pg_ctlcluster", "--skip-systemctl-redirect", "-o", "-c work_mem=7MB", _version!, _name, "start");
        // As another command would, which has not seen the server before.
        var next = new InstanceControl(new EngineContext(test.Log));
        await next.RestartAsync(server, StopMode.Fast, TestCluster.Deadline);
        Assert.Equal("online", await StatusAsync());
        Assert.Contains(
            "work_mem=7MB", await File.ReadAllTextAsync(Path.Combine(server.DataDirectory!, "postmaster.opts"), TestCluster.Deadline),
            StringComparison.Ordinal);
    }

    private async Task<PgInstance> CreateAsync(TestCluster test)
    {
        _version = Path.GetFileName(Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last());
        string port = test.Area.NextPort().ToString(CultureInfo.InvariantCulture);
        await RunAsync(Create, "--port", port, _version, _name, "--", "--no-sync");
        return await new InstanceFinder(test.Context).FromDirectoryAsync($"/var/lib/postgresql/{_version}/{_name}", TestCluster.Deadline);
    }

    private async Task<string> StatusAsync()
    {
        string list = await RunAsync("pg_lsclusters", "-h");
        string line = Assert.Single(list.Split('\n'), line => line.Contains($" {_name} ", StringComparison.Ordinal));
        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var ended = await ChildProcess.RunAsync(program, arguments, Deadline);
        ended.OrThrow();
        return ended.Output;
    }
}
