using System.Globalization;
using Npgsql;
using PgHa.Engine.Servers;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Support;

/// <summary>A primary and its standbys, made by PostgreSQL's own programs: what the engine says is checked against them.</summary>
internal sealed class ReplicationCluster : IAsyncDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(60);

    private readonly TestArea _area;
    private readonly PostgresInstallation _server;
    private readonly SessionPool _sessions = new();

    private ReplicationCluster(TestArea area, PostgresInstallation server, PgInstance primary) =>
        (_area, _server, Primary) = (area, server, primary);

    /// <summary>Reached by SQL alone; <see cref="WithHost"/> adds the data directory.</summary>
    public PgInstance Primary { get; }

    public RecordingLog Log { get; } = new();

    public EngineContext Context => new(Log)
    {
        Timeout = TimeSpan.FromSeconds(30),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        Sessions = _sessions,
    };

    public static TheoryData<int> Majors => [.. PostgresInstallations.RequiredMajors];

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ReplicationCluster> CreateAsync(int major = 15, params string[] settings)
    {
        PostgresInstallation server;
        try
        {
            server = await PostgresInstallations.GetAsync(major, Cancellation);
        }
        catch (PostgresUnavailableException e) when (!TestEnvironment.IsCi)
        {
            Assert.Skip(e.Message);
            throw;
        }

        TestArea area = await TestArea.CreateAsync(Cancellation);
        var cluster = new ReplicationCluster(area, server, new PgInstance { Name = "primary", Port = area.NextPort() });
        try
        {
            await DataDirectoryTemplates.InitDbAsync(
                server, area["primary"], "-U", "postgres", "-A", "trust", "--locale=C", "--encoding=UTF8", "--no-sync");
            await cluster.ConfigureAsync(cluster.Primary,
            [
                $"unix_socket_directories = '{area.Directory}'", "fsync = off", "logging_collector = on", "log_directory = 'log'",
                "cluster_name = 'primary'", "wal_level = replica", "max_wal_senders = 10", "max_replication_slots = 10",
                "log_line_prefix = '%m [%p] '", "log_timezone = 'UTC'",
                .. settings,
            ]);
            await File.AppendAllTextAsync(Path.Combine(area["primary"], "pg_hba.conf"), "host replication all 127.0.0.1/32 trust\n");
            await cluster.StartAsync(cluster.Primary);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same server, with access to its files and processes.</summary>
    public PgInstance WithHost(PgInstance instance) =>
        instance with { DataDirectory = _area[instance.Name], BinDirectory = _server.BinDirectory };

    public string DirectoryOf(PgInstance instance) => _area[instance.Name];

    /// <summary>Clones a server and starts the clone as its standby.</summary>
    /// <param name="name">Its name, which is its <c>application_name</c> too.</param>
    /// <param name="upstream">Where it is cloned and streams from; the primary by default.</param>
    /// <param name="slot">The slot it streams through.</param>
    /// <param name="streams">Whether it streams at all.</param>
    /// <param name="applicationName">Another application name.</param>
    /// <param name="settings">Lines for postgresql.conf; those of recovery too, wherever the major keeps them.</param>
    public async Task<PgInstance> AddStandbyAsync(
        string name, PgInstance? upstream = null, string? slot = null, bool streams = true, string? applicationName = null,
        params string[] settings)
    {
        upstream ??= Primary;
        var standby = new PgInstance { Name = name, Port = _area.NextPort() };
        PostgresInstallation tools = await PostgresInstallations.ToolsForAsync(_server.Major, Cancellation);
        await RunAsync(
            tools.Program("pg_basebackup"), "-D", _area[name], "-h", "127.0.0.1", "-p", Text(upstream.Port), "-U", "postgres", "-c", "fast",
            "-X", "stream", "--no-sync");
        string[] recovery =
        [
            .. streams
                ? [$"primary_conninfo = 'host=127.0.0.1 port={upstream.Port} user=postgres application_name={applicationName ?? name}'"]
                : Array.Empty<string>(),
            // A clone of a standby on a slot has that standby's.
            .. slot is null && _server.Major < 12 ? [] : new[] { $"primary_slot_name = '{slot}'" },
            .. settings.Where(IsOfRecovery),
        ];
        await ConfigureAsync(
            standby,
            [$"cluster_name = '{name}'", "wal_retrieve_retry_interval = 1s", .. settings.Where(setting => !IsOfRecovery(setting))]);
        if (_server.Major >= 12)
        {
            await ConfigureAsync(standby, recovery);
            await ServerUser.RunAsync("touch", [Path.Combine(_area[name], "standby.signal")], Moment);
        }
        else
        {
            await ServerUser.RunAsync("touch", [Path.Combine(_area[name], "recovery.conf")], Moment);
            await File.WriteAllLinesAsync(
                Path.Combine(_area[name], "recovery.conf"), ["standby_mode = on", "recovery_target_timeline = 'latest'", .. recovery]);
        }

        await StartAsync(standby);
        if (streams)
        {
            await UntilAsync(
                upstream,
                "select count(*) > 0 from pg_stat_replication where state = 'streaming' "
                    + $"and application_name = '{applicationName ?? name}'");
        }

        return standby;
    }

    /// <summary>
    /// Adds a standby as the manual does: <c>pg_basebackup -R</c>, which writes every option of its libpq, by root with a password file
    /// of root's.
    /// </summary>
    public async Task<PgInstance> AddWrittenStandbyAsync(string name)
    {
        var standby = new PgInstance { Name = name, Port = _area.NextPort() };
        PostgresInstallation tools = await PostgresInstallations.ClosestToolsForAsync(_server.Major, Cancellation);
        await RunAsync(
            tools.Program("pg_basebackup"), "-R", "-D", _area[name], "-c", "fast", "-X", "stream", "--no-sync",
            "-d", $"host=127.0.0.1 port={Primary.Port} user=postgres passfile=/root/.pgpass");
        await ConfigureAsync(standby, [$"cluster_name = '{name}'", "wal_retrieve_retry_interval = 1s"]);
        await StartAsync(standby);
        await UntilAsync(
            Primary, $"select count(*) > 0 from pg_stat_replication where state = 'streaming' and application_name = '{name}'");
        return standby;
    }

    public async Task StartAsync(PgInstance instance, string options = "") =>
        await RunAsync(
            _server.Program("pg_ctl"), "-D", _area[instance.Name], "-l", Path.Combine(_area.Directory, instance.Name + ".log"), "-o",
            options, "-w", "start");

    public async Task StopAsync(PgInstance instance) =>
        await RunAsync(_server.Program("pg_ctl"), "-D", _area[instance.Name], "-m", "fast", "-w", "stop");

    public async Task ConfigureAsync(PgInstance instance, params string[] settings) =>
        await File.AppendAllLinesAsync(Path.Combine(_area[instance.Name], "postgresql.conf"), [$"port = {instance.Port}", .. settings]);

    /// <summary>Sends a signal to one process of this cluster's.</summary>
    public static async Task SignalAsync(int processId, string signal) =>
        (await ChildProcess.RunAsync("kill", [$"-{signal}", Text(processId)], Moment)).OrThrow();

    public static async Task<T> SqlAsync<T>(PgInstance instance, string sql, TimeSpan? timeout = null)
    {
        await using NpgsqlConnection connection = await OpenAsync(instance, timeout ?? Moment);
        await using var command = new NpgsqlCommand(sql, connection);
        object? value = await command.ExecuteScalarAsync(Cancellation);
        return value is null or DBNull ? default! : (T)value;
    }

    /// <summary>
    /// Waits until a query says true. It asks over one connection: to begin one costs the server far more than to answer.
    /// </summary>
    public static async Task UntilAsync(PgInstance instance, string sql)
    {
        await using NpgsqlConnection connection = await OpenAsync(instance, Moment);
        await using var command = new NpgsqlCommand(sql, connection);
        await UntilAsync(async () => await command.ExecuteScalarAsync(Cancellation) is true, sql);
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        DateTime deadline = DateTime.UtcNow + Moment;
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"Not before the deadline: {what}");
            await Task.Delay(50, Cancellation);
        }
    }

    /// <summary>Writes some megabytes of WAL, and flushes them: in a transaction, because only a commit does.</summary>
    public Task WriteWalAsync(int megabytes) => SqlAsync<long>(
        Primary,
        "set synchronous_commit = local; select count(pg_logical_emit_message(true, 'test', repeat('x', 1000000))) "
            + $"from generate_series(1, {megabytes})");

    public async ValueTask DisposeAsync()
    {
        _sessions.Dispose();
        await _area.DisposeAsync();
    }

    private static async Task<NpgsqlConnection> OpenAsync(PgInstance instance, TimeSpan timeout)
    {
        var connection = new NpgsqlConnection(
            $"Host={instance.Host};Port={instance.Port};Username=postgres;Database=postgres;Pooling=false;Timeout=10;"
                + $"Command Timeout={(int)timeout.TotalSeconds}");
        await connection.OpenAsync(Cancellation);
        return connection;
    }

    private static bool IsOfRecovery(string setting) =>
        setting.StartsWith("restore_command", StringComparison.Ordinal)
            || setting.StartsWith("recovery_min_apply_delay", StringComparison.Ordinal);

    private static async Task RunAsync(string program, params string[] arguments) =>
        (await ServerUser.RunAsync(program, arguments, Moment, Cancellation)).OrThrow();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
