using Npgsql;

namespace PgHa.TestServers.Tests;

/// <summary>Every major of the run starts, answers and stops. What this proves, the other tests rely on.</summary>
public class EachMajorTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    public static TheoryData<int> Majors => [.. PostgresInstallations.RequiredMajors];

    [Theory, MemberData(nameof(Majors))]
    public async Task A_server_starts_answers_and_stops(int major)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        PostgresInstallation installation = await PostgresInstallations.GetAsync(major, cancellation);
        await using TestArea area = await TestArea.CreateAsync(cancellation);
        int port = area.NextPort();
        string data = area["data"];

        await RunAsync("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--locale=C", "--encoding=UTF8", "--no-sync");
        await RunAsync("pg_ctl", "-D", data, "-l", area["log"], "-w", "-o", $"-p {port} -k {area.Directory} -c fsync=off", "start");
        await using (var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Pooling=false;Timeout=10"))
        {
            await connection.OpenAsync(cancellation);
            await using var version = new NpgsqlCommand("SELECT current_setting('server_version_num')::int / 10000", connection);
            Assert.Equal(major, await version.ExecuteScalarAsync(cancellation));
        }

        await RunAsync("pg_ctl", "-D", data, "-m", "fast", "-w", "stop");

        async Task RunAsync(string program, params string[] arguments) =>
            (await ServerUser.RunAsync(installation.Program(program), arguments, Deadline, cancellation)).OrThrow();
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Copies_of_one_template_are_servers_of_their_own(int major)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        PostgresInstallation installation = await PostgresInstallations.GetAsync(major, cancellation);
        await using TestArea area = await TestArea.CreateAsync(cancellation);
        var identifiers = new List<long>();
        foreach (string name in new[] { "one", "two" })
        {
            await DataDirectoryTemplates.InitDbAsync(
                installation, area[name], "-U", "postgres", "-A", "trust", "--locale=C", "--encoding=UTF8", "--no-sync");
            int port = area.NextPort();
            (await ServerUser.RunAsync(
                installation.Program("pg_ctl"),
                ["-D", area[name], "-l", area[$"{name}.log"], "-w", "-o", $"-p {port} -k {area.Directory} -c fsync=off", "start"],
                Deadline, cancellation)).OrThrow();
            await using var connection = new NpgsqlConnection(
                $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Pooling=false;Timeout=10");
            await connection.OpenAsync(cancellation);
            await using var identifier = new NpgsqlCommand("SELECT system_identifier FROM pg_control_system()", connection);
            identifiers.Add((long)(await identifier.ExecuteScalarAsync(cancellation))!);
        }

        Assert.NotEqual(identifiers[0], identifiers[1]);
    }

    [Theory, MemberData(nameof(Majors))]
    public async Task Some_pg_basebackup_clones_it(int major)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        PostgresInstallation tools = await PostgresInstallations.ToolsForAsync(major, cancellation);

        ProcessResult version = await ServerUser.RunAsync(tools.Program("pg_basebackup"), ["--version"], Deadline, cancellation);

        Assert.True(tools.Major >= major);
        // 15.18, or 19rc1 before a major's release.
        Assert.Matches($@"^pg_basebackup \(PostgreSQL\) {tools.Major}\D", version.OrThrow().Output);
    }
}
