using System.Globalization;
using PgHa.Engine.Servers;
using PgHa.Engine.Tests.Support;
using PgHa.TestServers;

namespace PgHa.Engine.Tests.Replication;

/// <summary>A running primary of one major with an archive and a replication role, shared by the tests of a class.</summary>
public abstract class PrimaryFixture : IAsyncLifetime
{
    public const string Password = "server@123:\\x";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly int _major;
    private readonly SessionPool _sessions = new();
    private PostgresInstallation? _installation;
    private TestArea? _area;

    protected PrimaryFixture(int major) => _major = major;

    public TestArea Area => _area!;

    public PgInstance Primary { get; private set; } = new();

    /// <summary>The primary as the replication role reaches it.</summary>
    public PgInstance Replicator => Primary.WithLogin("repl", Password);

    public string Archive => Area["archive"];

    public RecordingLog Log { get; } = new();

    public EngineContext Context => new(Log) { Timeout = TimeSpan.FromSeconds(30), Sessions = _sessions };

    // What the tests themselves do is none of the engine's telling.
    private static EngineContext Unrecorded => new(new RecordingLog());

    public async ValueTask InitializeAsync()
    {
        _installation = await PostgresInstallations.GetAsync(_major);
        _area = await TestArea.CreateAsync();
        await Area.CreateDirectoryAsync("archive");
        Primary = await MakeAsync("primary");
        await SqlAsync(Primary, $"create role repl login replication password '{Password}'", "create role plain login password 'plain'");
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _sessions.Dispose();
        if (_area is not null)
            await _area.DisposeAsync();
    }

    /// <summary>A new, running server, with other settings than the usual ones where they are given.</summary>
    public async Task<PgInstance> MakeAsync(string name, params string[] settings)
    {
        var instance = new PgInstance
        {
            Name = name,
            Port = Area.NextPort(),
            DataDirectory = Area[name],
            BinDirectory = _installation!.BinDirectory,
            SocketDirectory = Area.Directory,
            Version = ServerVersion.OfMajor(_major),
        };
        await DataDirectoryTemplates.InitDbAsync(
            _installation, instance.DataDirectory, "-U", "postgres", "-A", "trust", "--locale=C", "--encoding=UTF8", "--no-sync");
        await WriteAsync(instance, "postgresql.conf", string.Join('\n', [
            string.Create(CultureInfo.InvariantCulture, $"port = {instance.Port}"),
            $"cluster_name = '{name}'",
            $"unix_socket_directories = '{Area.Directory}'",
            "listen_addresses = '127.0.0.1'",
            "fsync = off",
            "wal_level = replica",
            "max_wal_senders = 10",
            "max_replication_slots = 10",
            "hot_standby = on",
            "archive_mode = on",
            $"archive_command = 'cp %p {Archive}/%f'",
            "password_encryption = 'scram-sha-256'",
            "log_directory = 'log'",
            .. settings, ""]));
        await WriteAsync(instance, "pg_hba.conf", """
            local all all trust
            local replication all trust
            host all all 127.0.0.1/32 scram-sha-256
            host replication repl,plain 127.0.0.1/32 scram-sha-256

            """);
        await StartAsync(instance);
        return instance;
    }

    public Task StartAsync(PgInstance instance) => RunAsync(
        "pg_ctl", "-D", instance.DataDirectory!, "-l", $"{instance.DataDirectory}.log", "-w", "-t", "30", "start");

    public Task StopAsync(PgInstance instance) => RunAsync("pg_ctl", "-D", instance.DataDirectory!, "-m", "fast", "-w", "stop");

    public Task KillAsync(PgInstance instance) => RunAsync("pg_ctl", "-D", instance.DataDirectory!, "-m", "immediate", "-w", "stop");

    public Task PromoteAsync(PgInstance instance) => RunAsync("pg_ctl", "-D", instance.DataDirectory!, "-w", "promote");

    public static async Task SqlAsync(PgInstance instance, params string[] statements)
    {
        await using ServerSession session = await ServerSession.OpenAsync(Unrecorded, instance, CancellationToken.None);
        foreach (string statement in statements.Prepend("set search_path = public"))
            await session.ExecuteAsync(statement, CancellationToken.None);
    }

    public static async Task<T?> ScalarAsync<T>(PgInstance instance, string query)
    {
        await using ServerSession session = await ServerSession.OpenAsync(Unrecorded, instance, CancellationToken.None);
        await session.ExecuteAsync("set search_path = public", CancellationToken.None);
        return await session.ScalarAsync<T>(query, CancellationToken.None);
    }

    /// <summary>Restarts a server with its configuration in a directory of its own, as Debian's packages lay it out.</summary>
    public async Task MoveConfigurationAsync(PgInstance instance, string directory)
    {
        await StopAsync(instance);
        (await ServerUser.RunAsync("sh", ["-c",
            """
            mkdir "$2" && cd "$1" && mv postgresql.conf pg_hba.conf pg_ident.conf "$2" &&
            printf "data_directory = '%s'\nhba_file = '%s/pg_hba.conf'\nident_file = '%s/pg_ident.conf'\n" "$1" "$2" "$2" \
                >> "$2/postgresql.conf"
            """,
            "sh", instance.DataDirectory!, directory], Deadline)).OrThrow();
        await RunAsync(
            "pg_ctl", "-D", instance.DataDirectory!, "-o", $"-c config_file={directory}/postgresql.conf", "-l",
            $"{instance.DataDirectory}.log", "-w", "start");
    }

    /// <summary>A file of a server's, appended to as the server's user.</summary>
    public static async Task AppendAsync(PgInstance instance, string file, string text) =>
        (await ServerUser.RunAsync(
            "sh", ["-c", "printf '%s' \"$1\" >> \"$2\"", "sh", text, Path.Combine(instance.DataDirectory!, file)], Deadline)).OrThrow();

    public static async Task WriteAsync(PgInstance instance, string file, string text) =>
        (await ServerUser.RunAsync(
            "sh", ["-c", "printf '%s' \"$1\" > \"$2\"", "sh", text, Path.Combine(instance.DataDirectory!, file)], Deadline)).OrThrow();

    private async Task RunAsync(string program, params string[] arguments) =>
        (await ServerUser.RunAsync(_installation!.Program(program), arguments, Deadline)).OrThrow();
}

/// <summary>The last major with <c>recovery.conf</c>.</summary>
public sealed class Primary11() : PrimaryFixture(11);

/// <summary>A major with all of its own tools.</summary>
public sealed class Primary15() : PrimaryFixture(15);
