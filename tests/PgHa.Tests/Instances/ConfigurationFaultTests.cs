namespace PgHa.Tests.Instances;

public sealed class ConfigurationFaultTests
{
    // PostgreSQL 19rc1 on a file of 18.
    private const string Said = """
        2026-11-29 21:00:00.000 GMT [1] LOG:  unrecognized configuration parameter "io_workers" in file "/pg/data/postgresql.conf" line 812
        2026-11-29 21:00:00.000 GMT [1] LOG:  parameter "max_connections" cannot be changed without restarting the server
        2026-11-29 21:00:00.000 GMT [1] LOG:  invalid value for parameter "wal_level": "chatty"
        2026-11-29 21:00:00.000 GMT [1] HINT:  Available values: minimal, replica, logical.
        2026-11-29 21:00:00.000 GMT [1] FATAL:  configuration file "/pg/data/postgresql.conf" contains errors

        """;

    [Fact]
    public void Each_line_that_is_wrong_is_told_with_its_place()
    {
        IReadOnlyList<ConfigurationFault> faults = ConfigurationFault.InLog(Said);

        Assert.Equal(3, faults.Count);
        Assert.Equal(
            ("unrecognized configuration parameter \"io_workers\" in file \"/pg/data/postgresql.conf\" line 812", "io_workers"),
            (faults[0].Reason, faults[0].UnknownSetting));
        Assert.Equal("invalid value for parameter \"wal_level\": \"chatty\"", faults[2].ToString());
        Assert.Null(faults[2].UnknownSetting);
    }

    [Fact]
    public void A_failure_of_another_kind_has_none() =>
        Assert.Empty(ConfigurationFault.InLog("postgres: could not access directory \"/pg/data\": No such file or directory\n"));
}
