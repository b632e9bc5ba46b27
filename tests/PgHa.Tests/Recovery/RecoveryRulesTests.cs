namespace PgHa.Tests.Recovery;

/// <summary>The settings of a standby, version by version.</summary>
public class RecoveryRulesTests
{
    private static readonly PgInstance Upstream = new(
        "host=db1 port=9420 sslmode=verify-full sslsni=0 channel_binding=require application_name=PgHa");

    [Theory]
    [InlineData(11, "host=db1 port=9420 user=foo passfile='/srv/my data/standby.pgpass' application_name=s1 sslmode=verify-full")]
    [InlineData(13, "host=db1 port=9420 user=foo passfile='/srv/my data/standby.pgpass' application_name=s1 sslmode=verify-full "
        + "channel_binding=require")]
    [InlineData(15, "host=db1 port=9420 user=foo passfile='/srv/my data/standby.pgpass' application_name=s1 sslmode=verify-full sslsni=0 "
        + "channel_binding=require")]
    public void Conninfo_has_what_the_versions_libpq_knows_and_no_password(int major, string expected) =>
        Assert.Equal(expected, PrimaryConninfo.For(
            Upstream.WithLogin("foo", "secret"), "s1", "/srv/my data/standby.pgpass",
            ServerDialect.For(ServerVersion.OfMajor(major))).ToString());

    [Fact]
    public void Without_a_password_the_socket_is_the_way()
    {
        PgInstance local = new() { Port = 9420, SocketDirectory = "/run/pg" };
        Assert.Equal("/run/pg", PrimaryConninfo.Host(local));
        Assert.Equal("127.0.0.1", PrimaryConninfo.Host(local.WithLogin("foo", "secret")));
    }

    [Theory]
    [InlineData("primary_conninfo", 11, true)]
    [InlineData("primary_conninfo", 12, true)]
    [InlineData("primary_conninfo", 13, false)]
    [InlineData("restore_command", 13, true)]
    [InlineData("restore_command", 14, false)]
    [InlineData("recovery_min_apply_delay", 11, true)]
    [InlineData("recovery_min_apply_delay", 12, false)]
    [InlineData("wal_retrieve_retry_interval", 11, false)]
    [InlineData("hot_standby", 18, true)]
    [InlineData("recovery_target_timeline", 18, true)]
    public void A_restart_is_needed(string name, int major, bool expected) =>
        Assert.Equal(expected, RecoveryEntries.NeedsRestart(name, ServerDialect.For(ServerVersion.OfMajor(major))));

    [Fact]
    public void A_configuration_shows_no_password_that_someone_wrote()
    {
        Dictionary<string, string> values = new()
        {
            ["primary_conninfo"] = "host=db1 password=hidden user=foo",
            ["recovery_min_apply_delay"] = "5min",
            ["recovery_target_time"] = "2026-01-01",
        };

        RecoveryConfiguration configuration = RecoveryEntries.Read(
            new PgInstance { Name = "n" }, isStandby: true, isHotStandby: true, ServerDialect.For(ServerVersion.OfMajor(11)),
            values.GetValueOrDefault);

        Assert.Equal("host=db1 user=foo", configuration.PrimaryConninfo);
        Assert.Equal(
            (TimeSpan.FromMinutes(5), "current", "recovery_target_time = 2026-01-01"),
            (configuration.ApplyDelay, configuration.TargetTimeline, configuration.RecoveryTarget));
        Assert.Equal("n@127.0.0.1:5432 ← db1:5432", configuration.ToString());
    }

    [Fact]
    public void Lower_settings_than_the_primarys_are_named()
    {
        IReadOnlyList<StandbyRequirement> unmet = StandbyRequirement.Unmet(
            new Dictionary<string, int> { ["max_connections"] = 100, ["max_wal_senders"] = 10, ["max_worker_processes"] = 8 },
            new Dictionary<string, int> { ["max_connections"] = 50, ["max_wal_senders"] = 10 });

        Assert.Equal(["max_connections = 50, needs 100"], unmet.Select(requirement => requirement.ToString()));
    }
}
