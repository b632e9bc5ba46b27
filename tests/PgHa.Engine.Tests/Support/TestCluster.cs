using PgHa.Engine.Instances;
using PgHa.Engine.Servers;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Support;

/// <summary>Servers of one major for one test, in an area that is cleaned up with it.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private TestCluster(TestArea area, PostgresInstallation installation)
    {
        Area = area;
        Installation = installation;
        Context = new EngineContext(Log) { Timeout = TimeSpan.FromSeconds(30), Sessions = new SessionPool() };
        Control = new InstanceControl(Context);
    }

    public TestArea Area { get; }

    public PostgresInstallation Installation { get; }

    public RecordingLog Log { get; } = new();

    public EngineContext Context { get; }

    public InstanceControl Control { get; }

    /// <summary>The majors of this run, for a theory.</summary>
    public static TheoryData<int> Majors => [.. PostgresInstallations.RequiredMajors];

    /// <summary>The one that tests use which are not about versions.</summary>
    public const int AnyMajor = 15;

    public static CancellationToken Deadline => TestContext.Current.CancellationToken;

    public static async Task<TestCluster> CreateAsync(int major = AnyMajor)
    {
        PostgresInstallation installation = await PostgresInstallations.GetAsync(major, Deadline);
        return new TestCluster(await TestArea.CreateAsync(Deadline), installation);
    }

    public NewInstanceOptions Options(string name) => new()
    {
        Name = name,
        DataDirectory = Area[name],
        Port = Area.NextPort(),
        BinDirectory = Installation.BinDirectory,
        NoSync = true,
    };

    /// <summary>A server as the initializer makes it, copied from one that it made.</summary>
    public async Task<PgInstance> NewAsync(string name)
    {
        NewInstanceOptions options = Options(name);
        PgInstance template = await DataDirectoryTemplates.CopyNewAsync(
            $"instance {Installation.BinDirectory}", path => NewAsync(options with { DataDirectory = path }), options.DataDirectory);
        PgInstance copy = template with { Name = name, DataDirectory = options.DataDirectory, Port = options.Port };
        await CopiedServer.AdoptAsync(copy, (template, copy));
        return copy;
    }

    public Task<PgInstance> NewAsync(NewInstanceOptions options) => new InstanceInitializer(Context).CreateAsync(options, Deadline);

    public async Task<PgInstance> NewStartedAsync(string name = "node")
    {
        PgInstance instance = await NewAsync(name);
        await Control.StartAsync(instance, Deadline);
        return instance;
    }

    /// <summary>Starts a server with options of the command line, as a service manager or an administrator does.</summary>
    public async Task StartWithAsync(PgInstance instance, params string[] options)
    {
        string quoted = string.Join(' ', options.Select(option => $"'{option}'"));
        await RunAsync(
            "setsid", Path.Combine(Installation.BinDirectory, "pg_ctl"), "start", "-w", "-s", "-D", instance.DataDirectory!,
            "-l", Area[$"{instance.Name}.start.log"], "-o", quoted);
    }

    public async Task<T?> ScalarAsync<T>(PgInstance instance, string sql)
    {
        await using ServerSession session = await OpenAsync(instance);
        return await session.ScalarAsync<T>(sql, Deadline);
    }

    public async Task ExecuteAsync(PgInstance instance, string sql)
    {
        await using ServerSession session = await OpenAsync(instance);
        await session.ExecuteAsync(sql, Deadline);
    }

    // PgHa's own sessions look into the catalogs alone; tests have tables.
    private async Task<ServerSession> OpenAsync(PgInstance instance)
    {
        ServerSession session = await ServerSession.OpenAsync(Context, instance, Deadline);
        await session.ExecuteAsync("set search_path = public", Deadline);
        return session;
    }

    public async Task<InstanceState> StateAsync(PgInstance instance) => (await Control.GetStatusAsync(instance, Deadline)).State;

    /// <summary>Ends the server without a shutdown checkpoint, and leaves its postmaster.pid as a power failure does.</summary>
    public async Task KillAsync(PgInstance instance)
    {
        int pid = (await Control.GetStatusAsync(instance, Deadline)).Pid!.ProcessId;
        string content = await File.ReadAllTextAsync(Path.Combine(instance.DataDirectory!, "postmaster.pid"), Deadline);
        await RunAsync("kill", "-QUIT", $"{pid}");
        while (Directory.Exists($"/proc/{pid}"))
            await Task.Delay(20, Deadline);
        await WriteAsync(instance, "postmaster.pid", content);
    }

    public static async Task MakeStandbyAsync(PgInstance instance)
    {
        if (ServerDialect.For(instance.Version!.Value).UsesRecoveryConf)
            await AppendAsync(instance, "recovery.conf", "standby_mode = on\n");
        else
            await AppendAsync(instance, "standby.signal", "");
    }

    public static Task AppendAsync(PgInstance instance, string file, string text) =>
        RunAsync("sh", "-c", "umask 077; printf %s \"$1\" >> \"$2\"", "sh", text, Path.Combine(instance.DataDirectory!, file));

    public static Task WriteAsync(PgInstance instance, string file, string text) =>
        RunAsync("sh", "-c", "umask 077; printf %s \"$1\" > \"$2\"", "sh", text, Path.Combine(instance.DataDirectory!, file));

    /// <summary>Runs a program as the servers' user.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments) =>
        (await ServerUser.RunAsync(program, arguments, TimeSpan.FromSeconds(60), Deadline)).OrThrow().Output;

    /// <summary>Searches every file of a directory for a text that must not be there.</summary>
    public static async Task AssertNowhereAsync(string directory, string text)
    {
        ProcessResult found = await ServerUser.RunAsync("grep", ["-rlaF", text, directory], TimeSpan.FromSeconds(60), Deadline);
        Assert.True(found.ExitCode == 1, $"'{text}' is in {found.Output}");
    }

    public static async Task<PgHaException> FailsAsync(string errorId, Func<Task> action)
    {
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(action);
        Assert.True(e.ErrorId == errorId, $"{e.ErrorId}: {e.Message}");
        return e;
    }

    public async ValueTask DisposeAsync()
    {
        Context.Sessions!.Dispose();
        await Area.DisposeAsync();
    }
}
