using PgHa.Engine.Access;
using PgHa.Engine.Settings;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Access;

public sealed class AccessTests
{

    private static readonly ConfirmChange Yes = _ => Task.FromResult(true);

    public static TheoryData<int> Majors => TestCluster.Majors;

    /// <summary>The majors whose pg_hba.conf includes other files.</summary>
    public static TheoryData<int> IncludingMajors =>
    [
        .. TestServers.PostgresInstallations.RequiredMajors
            .Where(major => ServerDialect.For(ServerVersion.OfMajor(major)).HasHbaIncludes)
    ];

    private static ReplicationRoleOptions Role(string password) => new() { Name = "Foo's \"role\"", Password = password };

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_replication_role_logs_in_with_its_password_and_the_password_is_nowhere(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewStartedAsync();
        await cluster.ExecuteAsync(server, "alter system set log_statement = 'all'");
        await cluster.ExecuteAsync(server, "select pg_reload_conf()");
        var roles = new ReplicationRoles(cluster.Context);
        ReplicationRoleOptions role = Role("It's \"9\" \\ s3cret");
        PgHaException denied = await TestCluster.FailsAsync("AccessDenied", () => Engine.Replication.SystemIdentityReader.ReadAsync(
            cluster.Context, server.WithLogin(role.Name, role.Password), null, TestCluster.Deadline));
        Assert.Contains("With -Database", denied.Advice, StringComparison.Ordinal);

        await roles.EnsureAsync(server, role, Yes, TestCluster.Deadline);

        Assert.True(
            await cluster.ScalarAsync<bool>(
                server, $"select rolcanlogin and rolreplication and not rolsuper from pg_roles where rolname = $q${role.Name}$q$"));
        Assert.Equal(1, await cluster.ScalarAsync<int>(server.WithLogin(role.Name, role.Password), "select 1"));
        SystemIdentity identity = await Engine.Replication.SystemIdentityReader.ReadAsync(
            cluster.Context, server.WithLogin(role.Name, role.Password), null, TestCluster.Deadline);
        Assert.Equal(1u, identity.Timeline.Value);
        await TestCluster.AssertNowhereAsync(server.DataDirectory!, "s3cret");
        Assert.DoesNotContain("s3cret", cluster.Log.All, StringComparison.Ordinal);
        Assert.DoesNotContain("SCRAM-SHA-256$", cluster.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_role_is_made_where_the_rule_for_it_would_be_overwritten()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        string path = Path.Combine(server.DataDirectory!, "pg_hba.conf");
        string text = "# This file is managed by Puppet\n" + await File.ReadAllTextAsync(path, TestCluster.Deadline);
        await File.WriteAllTextAsync(path, text, TestCluster.Deadline);
        const string Count = "select count(*) from pg_roles where rolreplication and not rolsuper";

        await TestCluster.FailsAsync("FileOfAnotherOwner", () => new ReplicationRoles(cluster.Context).EnsureAsync(
            server, Role("x"), Yes, TestCluster.Deadline));
        Assert.Equal(0, await cluster.ScalarAsync<long>(server, Count));
        Assert.Equal(text, await File.ReadAllTextAsync(path, TestCluster.Deadline));

        var insisting = new EngineContext(cluster.Log) { EvenIfManaged = true };
        await new ReplicationRoles(insisting).EnsureAsync(server, Role("x"), Yes, TestCluster.Deadline);
        Assert.Equal(1, await cluster.ScalarAsync<long>(server, Count));
        Assert.NotEqual(text, await File.ReadAllTextAsync(path, TestCluster.Deadline));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("\u0007\u00e9")] // SASLprep rejects it, and it is used as it is
    [InlineData("\U0001F600")]
    [InlineData(" blank ")]
    public async Task A_password_of_any_characters_is_what_a_client_of_PostgreSQL_sends(string password)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        await new ReplicationRoles(cluster.Context).EnsureAsync(server, Role(password), Yes, TestCluster.Deadline);

        string uri =
            $"postgresql://{Uri.EscapeDataString(Role("").Name)}:{Uri.EscapeDataString(password)}@127.0.0.1:{server.Port}/postgres";
        Assert.Equal("1", (await TestCluster.RunAsync(cluster.Installation.Program("psql"), "-Atc", "select 1", uri)).Trim());
    }

    [Fact]
    public async Task A_role_that_is_so_already_is_left_alone_and_a_new_password_is_taken()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        var roles = new ReplicationRoles(cluster.Context);
        await roles.EnsureAsync(server, Role("first"), Yes, TestCluster.Deadline);
        int asked = 0;
        ConfirmChange count = _ => Task.FromResult(++asked > 0);

        await roles.EnsureAsync(server, Role("first"), count, TestCluster.Deadline);
        Assert.Equal(0, asked);
        await roles.EnsureAsync(server, Role("second"), count, TestCluster.Deadline);

        Assert.Equal(1, asked);
        Assert.Equal(1, await cluster.ScalarAsync<int>(server.WithLogin(Role("").Name, "second"), "select 1"));
        await TestCluster.FailsAsync("WrongPassword", () => cluster.ScalarAsync<int>(server.WithLogin(Role("").Name, "first"), "select 1"));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_rule_is_in_effect_when_it_has_been_added_and_out_when_removed(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewStartedAsync();
        PgInstance tcp = server with { SocketDirectory = null };
        var rules = new HbaRules(cluster.Context);
        HbaRule trust = HbaRule.Parse("host postgres postgres 127.0.0.1/32 trust");
        await TestCluster.FailsAsync("PasswordRequired", () => cluster.ScalarAsync<int>(tcp, "select 1"));

        Assert.Equal([trust], await rules.AddAsync(server, [trust], Yes, TestCluster.Deadline));
        Assert.Equal(1, await cluster.ScalarAsync<int>(tcp, "select 1"));
        Assert.Empty(await rules.AddAsync(server, [trust], Yes, TestCluster.Deadline));
        Assert.Contains(await rules.GetAsync(server, TestCluster.Deadline), rule => rule.Rule == trust);
        Assert.Equal(
            (await rules.GetAsync(server, TestCluster.Deadline)).Select(rule => (rule.LineNumber, rule.Rule)),
            (await rules.GetAsync(server with { DataDirectory = null }, TestCluster.Deadline))
                .Select(rule => (rule.LineNumber, rule.Rule)));

        Assert.True(await rules.RemoveAsync(server, [trust], Yes, TestCluster.Deadline));
        // Rules are for new connections.
        cluster.Context.Sessions!.Release();
        await TestCluster.FailsAsync("PasswordRequired", () => cluster.ScalarAsync<int>(tcp, "select 1"));
        Assert.False(await rules.RemoveAsync(server, [trust], Yes, TestCluster.Deadline));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(IncludingMajors))]
    public async Task Rules_of_included_files_are_shown_count_where_they_are_and_are_removed_from_their_own_file(int major)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(major);
        PgInstance server = await cluster.NewStartedAsync();
        string extra = Path.Combine(server.DataDirectory!, "extra.conf"), main = Path.Combine(server.DataDirectory!, "pg_hba.conf");
        await TestCluster.WriteAsync(server, "extra.conf", "# theirs\nhost app @admins 10.0.0.0/8 scram-sha-256\n");
        await TestCluster.WriteAsync(server, "admins", "ann, bob\n");
        await TestCluster.RunAsync("mkdir", Path.Combine(server.DataDirectory!, "hba.d"));
        await TestCluster.WriteAsync(server, "hba.d/1.conf", "host all all 10.1.0.0/16 md5\n");
        await TestCluster.AppendAsync(
            server, "pg_hba.conf", "include extra.conf\ninclude_dir hba.d\ninclude_if_exists missing.conf\nhost all all 10.2.0.0/16 md5\n");
        var rules = new HbaRules(cluster.Context);
        HbaRule admins = HbaRule.Parse("host app @admins 10.0.0.0/8 scram-sha-256");

        IReadOnlyList<PgHbaRule> shown = await rules.GetAsync(server, TestCluster.Deadline);
        Assert.Equal(
            [
                (extra, 2, "10.0.0.0/8"),
                (Path.Combine(server.DataDirectory!, "hba.d", "1.conf"), 1, "10.1.0.0/16"),
                (main, shown[^1].LineNumber, "10.2.0.0/16")
            ],
            shown.Skip(shown.Count - 3).Select(rule => (rule.File!, rule.LineNumber, rule.Address!)));
        Assert.Equal(
            shown.Select(rule => (rule.File, rule.LineNumber)),
            (await rules.GetAsync(server with { DataDirectory = null }, TestCluster.Deadline))
                .Select(rule => (rule.File, rule.LineNumber)));

        Assert.Empty(await rules.AddAsync(server, [admins], Yes, TestCluster.Deadline));
        HbaRule before = HbaRule.Parse("host app all 10.1.2.0/24 scram-sha-256");
        Assert.Equal([before], await rules.AddAsync(server, [before], Yes, TestCluster.Deadline));
        string[] lines = (await File.ReadAllTextAsync(main, TestCluster.Deadline)).Split('\n');
        Assert.Equal(
            Array.IndexOf(lines, "include_dir hba.d") - 1,
            Array.FindIndex(lines, line => line.Contains("10.1.2.0/24", StringComparison.Ordinal)));

        Assert.True(await rules.RemoveAsync(server, [admins], Yes, TestCluster.Deadline));
        Assert.Equal("# theirs\n", await File.ReadAllTextAsync(extra, TestCluster.Deadline));
        Assert.Contains("include extra.conf", await File.ReadAllTextAsync(main, TestCluster.Deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_the_server_cannot_read_is_taken_back()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewStartedAsync();
        string path = Path.Combine(server.DataDirectory!, "pg_hba.conf");
        string before = await File.ReadAllTextAsync(path, TestCluster.Deadline);
        HbaRule oauth = HbaRule.Parse("host all all 10.0.0.0/8 oauth issuer=https://a scope=b");

        await TestCluster.FailsAsync(
            "HbaRuleRejected", () => new HbaRules(cluster.Context).AddAsync(server, [oauth], Yes, TestCluster.Deadline));

        Assert.Equal(before, await File.ReadAllTextAsync(path, TestCluster.Deadline));
        Assert.Equal(1, await cluster.ScalarAsync<int>(server, "select 1"));
    }

    [Fact]
    public async Task A_standby_gets_no_roles()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        PgInstance server = await cluster.NewAsync("node");
        await TestCluster.MakeStandbyAsync(server);
        await cluster.Control.StartAsync(server, TestCluster.Deadline);

        await TestCluster.FailsAsync(
            "ServerIsStandby", () => new ReplicationRoles(cluster.Context).EnsureAsync(server, Role("x"), Yes, TestCluster.Deadline));
    }
}
