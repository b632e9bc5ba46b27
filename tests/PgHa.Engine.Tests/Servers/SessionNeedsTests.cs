using PgHa.Engine.Recovery;
using PgHa.Engine.Replication;
using PgHa.Engine.Servers;
using PgHa.Engine.Settings;
using PgHa.Engine.Tests.Support;

namespace PgHa.Engine.Tests.Servers;

/// <summary>Sessions of PgHa on servers that set for their sessions whatever could be in the way.</summary>
public sealed class SessionNeedsTests
{
    public static TheoryData<int> Majors => ReplicationCluster.Majors;

    private static CancellationToken Cancellation => ReplicationCluster.Cancellation;

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task What_server_database_and_role_set_for_sessions_is_not_in_the_way(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(
            major, [.. Hostile(major).Select(setting => $"{setting.Key} = '{setting.Value}'")]);
        PgInstance standby = await cluster.AddStandbyAsync("standby");

        foreach (PgInstance server in new[] { cluster.Primary, standby })
        {
            await using ServerSession session = await ServerSession.OpenAsync(cluster.Context, server, Cancellation);
            Assert.Equal(server == standby, await session.ScalarAsync<bool>("select pg_is_in_recovery()", Cancellation));
            Assert.Equal("pg_catalog", await session.ScalarAsync<string>("select current_setting('search_path')", Cancellation));
            Assert.Equal("2026-01-02", await session.ScalarAsync<string>("select date '2026-01-02'::text", Cancellation));
            Assert.Equal("26:00:00", await session.ScalarAsync<string>("select interval '26 hours'::text", Cancellation));
            Assert.Equal(@"\x61", await session.ScalarAsync<string>("select 'a'::bytea::text", Cancellation));
            // Longer than every time-out that is set.
            await session.ScalarAsync<object>("select pg_sleep(1)", Cancellation);
            await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
            await session.ExecuteAsync("begin", Cancellation);
            await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
            await session.ExecuteAsync("commit", Cancellation);
        }

        await ReplicationSlots.CreatePhysicalAsync(cluster.Context, cluster.Primary, "kept", reserveWal: true, Cancellation);
        Assert.All(
            await ReplicationStatusReader.ReadAsync(cluster.Context, [cluster.Primary, standby], Cancellation),
            answer => Assert.Null(answer.Failure));
        Assert.Equal("postgres", (await SystemIdentityReader.ReadAsync(cluster.Context, standby, "postgres", Cancellation)).Database);
        Assert.NotNull(await new ReplicationProbe(cluster.Context).ProveAsync(standby, 1, Cancellation));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Settings_are_shown_as_other_sessions_have_them(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(
            major, "statement_timeout = '20s'", "search_path = 'app, public'");
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "alter role postgres set lock_timeout = '7s'");
        string[] names = ["statement_timeout", "search_path", "lock_timeout", "bytea_output"];
        IReadOnlyList<PgSetting> settings = await new SettingStore(cluster.Context).GetAsync(cluster.Primary, names, Cancellation);

        Assert.Equal(
            [
                "bytea_output=hex default",
                "lock_timeout=7s user",
                "search_path=app, public configuration file",
                "statement_timeout=20s configuration file"
            ],
            settings.Where(setting => names.Contains(setting.Name)).OrderBy(setting => setting.Name)
                .Select(setting => $"{setting.Name}={setting.Value} {setting.Source}"));
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_login_event_trigger_that_fails_is_gone_without(int major)
    {
        if (major < 17)
            Assert.Skip("Login event triggers came with PostgreSQL 17.");
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, """
            create table public.logins (at timestamptz);
            create function public.note() returns event_trigger language plpgsql as 'begin insert into public.logins values (now()); end';
            create event trigger note on login execute function public.note();
            alter event trigger note enable always
            """);
        PgInstance standby = await cluster.AddStandbyAsync("standby");
        await using ServerSession session = await ServerSession.OpenAsync(cluster.Context, standby, Cancellation);
        Assert.True(await session.ScalarAsync<bool>("select pg_is_in_recovery()", Cancellation));
        Assert.Equal("postgres", (await SystemIdentityReader.ReadAsync(cluster.Context, standby, "postgres", Cancellation)).Database);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_login_event_trigger_that_fails_or_hangs_keeps_no_status_from_who_may_do_without(int major)
    {
        if (major < 17)
            Assert.Skip("Login event triggers came with PostgreSQL 17.");
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        EngineContext context = new(cluster.Log) { Timeout = TimeSpan.FromSeconds(30), ConnectTimeout = TimeSpan.FromSeconds(2) };
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, """
            create role plain login; create role granted login; grant set on parameter event_triggers to granted;
            create function public.hold() returns event_trigger language plpgsql as 'begin perform pg_sleep(60); end';
            create function public.refuse() returns event_trigger language plpgsql as
                $$begin raise exception 'not at night' using errcode = 'query_canceled'; end$$;
            create event trigger note on login execute function public.refuse()
            """);
        Task<IReadOnlyList<ReplicationStatusAnswer>> ReadAsync(string role) =>
            ReplicationStatusReader.ReadAsync(context, [cluster.Primary.WithLogin(role, null)], Cancellation);

        PgHaException refused = Assert.Single(await ReadAsync("plain")).Failure!;
        Assert.Equal("ConnectionRefused", refused.ErrorId);
        Assert.Contains("maybe by a login event trigger: not at night", refused.Message, StringComparison.Ordinal);
        Assert.Contains("GRANT SET ON PARAMETER event_triggers", refused.Advice, StringComparison.Ordinal);
        Assert.Null(Assert.Single(await ReadAsync("postgres")).Failure);
        Assert.Null(Assert.Single(await ReadAsync("granted")).Failure);

        await using (ServerSession session = await ServerSession.OpenAsync(context, cluster.Primary, Cancellation))
        {
            await session.ExecuteAsync(
                "drop event trigger note; create event trigger note on login execute function public.hold()", Cancellation);
        }

        Assert.Equal("ConnectionTimeout", Assert.Single(await ReadAsync("plain")).Failure!.ErrorId);
        Assert.Null(Assert.Single(await ReadAsync("postgres")).Failure);
        Assert.Null(Assert.Single(await ReadAsync("granted")).Failure);
        Assert.Equal("postgres", (await SystemIdentityReader.ReadAsync(context, cluster.Primary, "postgres", Cancellation)).Database);
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task A_standby_without_files_shows_by_SQL_where_its_WAL_comes_from(int major)
    {
        await using ReplicationCluster cluster = await ReplicationCluster.CreateAsync(major);
        PgInstance standby = await cluster.AddStandbyAsync("standby");
        var recovery = new RecoverySettings(cluster.Context);
        if (major < 12)
        {
            await TestCluster.FailsAsync("HostAccessRequired", () => recovery.GetAsync(standby, Cancellation));
            return;
        }

        RecoveryConfiguration found = await recovery.GetAsync(standby, Cancellation);
        Assert.Equal((true, cluster.Primary.Port, "standby"), (found.StandbyMode, found.UpstreamPort!.Value, found.ApplicationName));
        await ReplicationCluster.SqlAsync<object>(cluster.Primary, "create role plain login");
        await ReplicationCluster.UntilAsync(standby, "select exists (select from pg_roles where rolname = 'plain')");
        await TestCluster.FailsAsync("InsufficientPrivilege", () => recovery.GetAsync(standby.WithLogin("plain", null), Cancellation));
    }

    private static IEnumerable<KeyValuePair<string, string>> Hostile(int major)
    {
        yield return new("default_transaction_isolation", "serializable");
        yield return new("default_transaction_read_only", "on");
        yield return new("default_transaction_deferrable", "on");
        yield return new("statement_timeout", "700ms");
        yield return new("lock_timeout", "700ms");
        yield return new("idle_in_transaction_session_timeout", "700ms");
        yield return new("search_path", "nowhere");
        yield return new("row_security", "off");
        yield return new("datestyle", "German");
        yield return new("intervalstyle", "iso_8601");
        yield return new("bytea_output", "escape");
        yield return new("extra_float_digits", "-5");
        yield return new("client_min_messages", "debug5");
        yield return new("exit_on_error", "on");
        if (major >= 14)
            yield return new("idle_session_timeout", "700ms");
        if (major >= 17)
            yield return new("transaction_timeout", "700ms");
    }
}
