namespace PgHa.Tests.Services;

public sealed class ServiceUnitTests
{
    // As systemd 252 printed it of a running Debian cluster, and of a name that it does not know.
    private const string Debian = """
        Type=forking
        Restart=no
        PIDFile=/run/postgresql/15-main.pid
        RestartUSec=100ms
        MainPID=172
        Result=success
        ExecStart={ path=/usr/bin/pg_ctlcluster ; argv[]=/usr/bin/pg_ctlcluster --skip-systemctl-redirect 15-main start ; ignore_errors=yes ; pid=167 ; code=exited ; status=0 }
        ExecStop={ path=/usr/bin/pg_ctlcluster ; argv[]=/usr/bin/pg_ctlcluster --skip-systemctl-redirect -m fast 15-main stop ; ignore_errors=no ; pid=0 ; code=(null) ; status=0/0 }
        Environment=
        KillMode=control-group
        KillSignal=15
        Id=postgresql@15-main.service
        LoadState=loaded
        ActiveState=active
        UnitFileState=enabled-runtime

        Type=
        Restart=no
        MainPID=0
        Id=nothing.service
        LoadState=not-found
        ActiveState=inactive
        UnitFileState=

        """;

    [Fact]
    public void A_unit_is_read_as_systemctl_shows_it()
    {
        ServiceUnit[] units = [.. ServiceUnitParser.Parse(Debian)];

        Assert.Equal(2, units.Length);
        Assert.Equal("postgresql@15-main.service", units[0].Id);
        Assert.Equal("systemd unit postgresql@15-main", units[0].ToString());
        Assert.Equal(("forking", 172, "/run/postgresql/15-main.pid"), (units[0].Type, units[0].MainPid, units[0].PidFile));
        Assert.Equal(TimeSpan.FromMilliseconds(100), units[0].RestartDelay);
        Assert.True(units[0].IsActive && units[0].IsLoaded && units[0].StopsFast);
        Assert.Null(units[0].DataDirectory);
    }

    [Fact]
    public void A_unit_that_systemd_does_not_know_is_not_loaded()
    {
        ServiceUnit unknown = ServiceUnitParser.Parse(Debian)[1];

        Assert.False(unknown.IsLoaded);
        Assert.Null(unknown.MainPid);
        Assert.False(unknown.IsEnabled);
    }

    [Theory]
    [InlineData("argv[]=/usr/pgsql-18/bin/postgres -D /var/lib/pgsql/18/data/ ; ignore", "", "/var/lib/pgsql/18/data")]
    [InlineData("argv[]=/usr/pgsql-18/bin/postgres -D ${PGDATA} ; ignore", "PGDATA=/var/lib/pgsql/18/data/ PG_OOM_ADJUST_VALUE=0",
        "/var/lib/pgsql/18/data")]
    [InlineData("argv[]=/usr/bin/postmaster -D ${PGDATA} -p 5433 ; ignore", "LANG=C \"PGDATA=/srv/pg\"", "/srv/pg")]
    [InlineData("argv[]=/usr/lib/postgresql/15/bin/pg_ctl start -D /srv/pg one -s -w ; ignore", "", "/srv/pg one")]
    [InlineData("argv[]=/usr/bin/pg_ctl -D /srv/pg start ; ignore", "", "/srv/pg")]
    [InlineData("argv[]=/usr/bin/postgres --pgdata=/srv/pg ; ignore", "", "/srv/pg")]
    [InlineData("argv[]=/usr/bin/pg_ctlcluster --skip-systemctl-redirect 15-main start ; ignore", "", null)]
    [InlineData("argv[]=/usr/bin/something ; ignore", "OTHERPGDATA=/srv/pg", null)]
    public void A_units_data_directory_is_in_its_command_or_its_environment(string command, string environment, string? directory)
    {
        ServiceUnit unit = ServiceUnitParser.Parse(
            $"Id=x.service\nExecStart={{ path=x ; {command}_errors=no }}\nEnvironment={environment}\n")[0];

        Assert.Equal(directory, unit.DataDirectory);
    }

    [Theory]
    [InlineData("100ms", 100)]
    [InlineData("5s", 5_000)]
    [InlineData("1min 30s", 90_000)]
    [InlineData("20ms", 20)]
    [InlineData("infinity", null)]
    [InlineData("", null)]
    public void The_delay_before_a_restart_is_read_in_systemds_words(string text, int? milliseconds) =>
        Assert.Equal(
            milliseconds is null ? null : TimeSpan.FromMilliseconds(milliseconds.Value),
            ServiceUnitParser.Parse($"Id=x.service\nRestartUSec={text}\n")[0].RestartDelay);

    [Theory]
    [InlineData(false, 2, "mixed", true)]
    [InlineData(false, 2, "control-group", false)]
    [InlineData(false, 15, "mixed", false)]
    [InlineData(true, 15, "control-group", true)]
    public void A_stop_is_fast_by_a_command_or_by_an_interrupt_to_the_main_process_alone(
        bool command, int signal, string mode, bool isFast) =>
        Assert.Equal(
            isFast, new ServiceUnit { Id = "x.service", HasStopCommand = command, KillSignal = signal, KillMode = mode }.StopsFast);

    [Theory]
    [InlineData("enabled", true)]
    [InlineData("disabled", false)]
    [InlineData("masked", false)]
    [InlineData("enabled-runtime", false)]
    [InlineData("static", null)]
    [InlineData("generated", null)]
    public void Whether_a_unit_starts_at_boot_may_depend_on_others(string state, bool? isEnabled) =>
        Assert.Equal(isEnabled, new ServiceUnit { Id = "x.service", UnitFileState = state }.IsEnabled);

    [Theory]
    [InlineData("0::/system.slice/system-postgresql.slice/postgresql@15-main.service\n", "postgresql@15-main.service")]
    [InlineData("9:name=systemd:/\n8:pids:/\n0::/system.slice/postgresql-18.service\n", "postgresql-18.service")]
    [InlineData("12:cpuset:/\n1:name=systemd:/system.slice/postgresql.service\n0::/\n", "postgresql.service")]
    [InlineData("0::/system.slice/patroni.service/inner\n", "patroni.service")]
    [InlineData("0::/user.slice/user-1000.slice/session-3.scope\n", null)]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/app.slice/postgres.service\n", null)]
    [InlineData("0::/\n", null)]
    [InlineData("", null)]
    public void A_process_belongs_to_the_service_of_its_control_group(string content, string? service) =>
        Assert.Equal(service, ControlGroup.ServiceOf(content));

    [Theory]
    [InlineData("/etc/systemd/system/mydb.service", "mydb.service")]
    [InlineData("/etc/systemd/system/postgresql-18.service.d/override.conf", "postgresql-18.service")]
    [InlineData("/usr/lib/systemd/system/postgresql@.service", "postgresql@*.service")]
    [InlineData("/etc/systemd/system/postgresql@.service.d/data.conf", "postgresql@*.service")]
    [InlineData("/etc/systemd/system/some.timer", null)]
    [InlineData("/etc/systemd/system.conf", null)]
    [InlineData("", null)]
    public void A_file_defines_a_unit_or_adds_to_one(string path, string? unit) => Assert.Equal(unit, ServiceUnitFile.UnitOf(path));
}
