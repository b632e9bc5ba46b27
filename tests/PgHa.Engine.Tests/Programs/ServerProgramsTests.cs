using PgHa.Engine.Machines.Local;
using PgHa.Engine.Programs;

namespace PgHa.Engine.Tests.Programs;

public sealed class ServerProgramsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static FakeHost Debian => new FakeHost { SearchPath = ["/usr/local/bin", "/usr/bin"] }
        .With("/usr/lib/postgresql/13/bin", "13.14")
        .With("/usr/lib/postgresql/15/bin", "15.18 (Debian 15.18-0+deb12u1)")
        .With("/usr/lib/postgresql/9.6/bin", "9.6.24")
        .WithFile("/usr/bin/psql", "-> /usr/share/postgresql-common/pg_wrapper")
        .WithFile("/usr/bin/pg_basebackup", "-> /usr/share/postgresql-common/pg_wrapper");

    public static TheoryData<string, bool> Layouts => new()
    {
        { "/usr/lib/postgresql/15/bin", false },
        { "/usr/pgsql-15/bin", false },
        { "/usr/bin", false },
        { "/usr/lib/postgresql15/bin", false },
        { "/usr/libexec/postgresql15", false },
        { "/opt/homebrew/opt/postgresql@15/bin", false },
        { "/usr/local/opt/postgresql@15/bin", false },
        { "/Applications/Postgres.app/Contents/Versions/15/bin", false },
        { "/Library/PostgreSQL/15/bin", false },
        { @"C:\Program Files\PostgreSQL\15\bin", true },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task The_folders_of_every_packager_are_known(string folder, bool isWindows)
    {
        FakeHost host = new FakeHost { IsWindows = isWindows }.With(folder, "15.2");
        ServerPrograms programs = await ServerPrograms.FindServerAsync(host, null, null, Cancellation);
        Assert.Equal(folder, programs.BinDirectory);
        Assert.Equal(ServerVersion.Parse("15.2"), programs.Version);
        Assert.Equal(isWindows ? folder + @"\pg_ctl.exe" : folder + "/pg_ctl", programs.PathOf("pg_ctl"));
    }

    [Fact]
    public async Task The_newest_server_is_taken_where_nothing_is_asked() =>
        Assert.Equal("/usr/lib/postgresql/15/bin", (await ServerPrograms.FindServerAsync(Debian, null, null, Cancellation)).BinDirectory);

    [Fact]
    public async Task A_major_is_found_by_asking_only_its_folder()
    {
        FakeHost host = Debian;
        ServerPrograms programs = await ServerPrograms.FindServerAsync(host, null, ServerVersion.Parse("9.6"), Cancellation);
        Assert.Equal("/usr/lib/postgresql/9.6/bin", programs.BinDirectory);
        Assert.Equal(["/usr/lib/postgresql/9.6/bin/postgres"], host.Asked);
    }

    [Fact]
    public async Task The_program_tells_the_version_and_not_the_folders_name()
    {
        FakeHost host = new FakeHost().With("/usr/lib/postgresql/15/bin", "14.1").With("/usr/bin", "15.3");
        Assert.Equal("/usr/bin", (await ServerPrograms.FindServerAsync(host, null, ServerVersion.OfMajor(15), Cancellation)).BinDirectory);
    }

    [Fact]
    public async Task A_data_directory_takes_the_programs_of_its_major()
    {
        var instance = new PgInstance { DataDirectory = "/data/", Version = ServerVersion.OfMajor(15) };
        FakeHost host = Debian.WithFile("/data/PG_VERSION", "13\n");
        Assert.Equal("13.14", (await ServerPrograms.FindServerAsync(host, instance, Cancellation)).Version.ToString());

        PgHaException e = await Assert.ThrowsAsync<PgHaException>(
            () => ServerPrograms.FindServerAsync(host, instance with { BinDirectory = "/usr/lib/postgresql/15/bin" }, Cancellation));
        Assert.Equal("WrongProgramVersion", e.ErrorId);
    }

    [Fact]
    public async Task PATH_comes_first_and_links_are_resolved()
    {
        FakeHost host = new FakeHost { SearchPath = ["/usr/local/bin"] }
            .With("/opt/pg/bin", "15.4").With("/usr/lib/postgresql/15/bin", "15.4")
            .WithFile("/usr/local/bin/postgres", "-> /opt/pg/bin/postgres");
        Assert.Equal("/opt/pg/bin", (await ServerPrograms.FindServerAsync(host, null, null, Cancellation)).BinDirectory);
    }

    [Fact]
    public async Task A_given_directory_wins_and_has_to_have_what_is_needed()
    {
        FakeHost host = Debian.With("/opt/client/bin", "17.1", "psql", "postgres", "pg_ctl");
        Assert.Equal(
            "/usr/lib/postgresql/13/bin",
            (await ServerPrograms.FindServerAsync(host, "/usr/lib/postgresql/13/bin", null, Cancellation)).BinDirectory);
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(
            () => ServerPrograms.FindServerAsync(host, "/opt/client/bin", null, Cancellation));
        Assert.Equal("ServerProgramsNotFound", e.ErrorId);
        Assert.Contains("'initdb'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_found_it_says_where_it_looked_and_what_to_install()
    {
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(
            () => ServerPrograms.FindServerAsync(Debian, null, ServerVersion.OfMajor(16), Cancellation));
        Assert.Equal("ServerProgramsNotFound", e.ErrorId);
        Assert.Contains("PATH", e.Message, StringComparison.Ordinal);
        Assert.Contains("/usr/pgsql-*/bin", e.Message, StringComparison.Ordinal);
        Assert.Contains("/usr/lib/postgresql/13/bin", e.Message, StringComparison.Ordinal);
        Assert.Contains("postgresql", e.Advice!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_tells_no_version_is_passed_over()
    {
        FakeHost host = new FakeHost().With("/usr/lib/postgresql/14/bin", "14.1").WithFile("/usr/bin/postgres", "cannot load libpq");
        Assert.Equal("/usr/lib/postgresql/14/bin", (await ServerPrograms.FindServerAsync(host, null, null, Cancellation)).BinDirectory);
    }

    [Theory]
    [InlineData("13", "13.14")] // its own
    [InlineData("14", "15.18")] // else the newest
    [InlineData("9.6", "9.6.24")]
    public async Task A_client_is_of_the_servers_major_or_newer(string server, string client) =>
        Assert.Equal(
            client,
            (await ServerPrograms.FindClientAsync(
                Debian, "pg_basebackup", ServerVersion.Parse(server), null, Cancellation)).Version.ToString());

    [Fact]
    public async Task A_client_older_than_the_server_is_refused()
    {
        foreach (string? folder in new[] { null, "/usr/lib/postgresql/15/bin" })
        {
            PgHaException e = await Assert.ThrowsAsync<PgHaException>(
                () => ServerPrograms.FindClientAsync(Debian, "pg_basebackup", ServerVersion.Parse("17.2"), folder, Cancellation));
            Assert.Equal("ToolTooOld", e.ErrorId);
            Assert.Contains("pg_basebackup 15.18", e.Message, StringComparison.Ordinal);
            Assert.Contains("17 or newer", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_server_without_clients_takes_one_from_elsewhere()
    {
        FakeHost host = Debian.With("/embedded/bin", "14.22", "postgres", "pg_ctl", "initdb");
        ServerPrograms client = await ServerPrograms.FindClientAsync(
            host, "pg_basebackup", ServerVersion.OfMajor(14), "/embedded/bin", Cancellation);
        Assert.Equal("/usr/lib/postgresql/15/bin", client.BinDirectory);
    }

    [Fact]
    public async Task The_machines_own_programs_are_found()
    {
        var host = new LocalHost();
        Assert.SkipWhen(
            (await host.FindFilesAsync(["postgres", "/usr/lib/postgresql/*/bin/postgres"], Cancellation)).Count == 0,
            "no server is installed");
        ServerPrograms programs = await ServerPrograms.FindServerAsync(host, null, null, Cancellation);
        Assert.True(File.Exists(programs.PathOf("initdb")));
        Assert.Equal(
            programs.Version, (await ServerPrograms.FindServerAsync(host, programs.BinDirectory, programs.Version, Cancellation)).Version);
    }
}
