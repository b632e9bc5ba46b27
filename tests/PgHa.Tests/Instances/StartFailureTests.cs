namespace PgHa.Tests.Instances;

public sealed class StartFailureTests
{
    [Theory]
    [InlineData(
        "LOG:  could not bind IPv4 address \"127.0.0.1\": Address already in use\n"
        + "HINT:  Is another postmaster already running on port 5432? If not, wait a few seconds and retry.\n"
        + "FATAL:  could not create any TCP/IP sockets",
        "PortInUse")]
    [InlineData(
        "FATAL:  lock file \"/tmp/.s.PGSQL.5432.lock\" already exists\n"
        + "HINT:  Is another postmaster (PID 77) using socket file \"/tmp/.s.PGSQL.5432\"?",
        "PortInUse")]
    [InlineData(
        "FATAL:  lock file \"postmaster.pid\" already exists\nHINT:  Is another postmaster (PID 77) running in data directory \"/d\"?",
        "DataDirectoryInUse")]
    [InlineData("FATAL:  using recovery command file \"recovery.conf\" is not supported", "LeftoverRecoveryConf")]
    [InlineData(
        "FATAL:  could not create lock file \"/var/run/postgresql/.s.PGSQL.5432.lock\": No such file or directory",
        "SocketDirectoryNotWritable")]
    [InlineData("FATAL:  Unix-domain socket path \"/very/long/.s.PGSQL.5432\" is too long (maximum 107 bytes)", "SocketPathTooLong")]
    [InlineData(
        "LOG:  could not bind IPv4 address \"10.9.9.9\": Cannot assign requested address\n"
        + "HINT:  Is another postmaster already running on port 5432? If not, wait a few seconds and retry.\n"
        + "FATAL:  could not create any TCP/IP sockets",
        "ListenAddressNotUsable")]
    [InlineData(
        "FATAL:  database files are incompatible with server\n"
        + "DETAIL:  The data directory was initialized by PostgreSQL version 14, which is not compatible with this version 15.18 (Debian).",
        "WrongServerVersion")]
    [InlineData("FATAL:  data directory \"/d\" has invalid permissions", "DataDirectoryPermissions")]
    [InlineData(
        "LOG:  invalid value for parameter \"wal_level\": \"x\"\nFATAL:  configuration file \"/d/postgresql.conf\" contains errors",
        "ConfigurationInvalid")]
    [InlineData("FATAL:  could not load /d/pg_hba.conf", "HbaFileInvalid")]
    [InlineData("PANIC:  could not locate a valid checkpoint record", "CheckpointMissing")]
    [InlineData("FATAL:  could not write lock file \"postmaster.pid\": No space left on device", "DiskFull")]
    [InlineData("FATAL:  could not map anonymous shared memory: Cannot allocate memory", "NotEnoughMemory")]
    [InlineData("FATAL:  WAL file is from different database system: WAL file database system identifier is 1", "ForeignSystemIdentifier")]
    [InlineData("FATAL:  the moon is in the wrong phase", "ServerDidNotStart")]
    [InlineData("", "ServerDidNotStart")]
    public void The_first_known_cause_in_the_log_is_the_reason(string log, string errorId)
    {
        StartFailure failure = StartFailure.Of(log);

        Assert.Equal(errorId, failure.ErrorId);
        Assert.DoesNotContain("${", failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FATAL:  hot standby is not possible because max_connections = 20 is a lower setting than on the master server "
        + "(its value was 100)")]
    [InlineData("FATAL:  recovery aborted because of insufficient parameter settings\n"
        + "DETAIL:  max_connections = 20 is a lower setting than on the primary server, where its value was 100.")]
    public void Settings_lower_than_the_primarys_are_named_with_both_values(string log)
    {
        StartFailure failure = StartFailure.Of(log);

        Assert.Equal("StandbySettingsTooLow", failure.ErrorId);
        Assert.Contains("max_connections = 20 (primary: 100)", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_cause_is_quoted() =>
        Assert.Equal(
            "did not start: the moon is in the wrong phase",
            StartFailure.Of("LOG:  starting\nFATAL:  the moon is in the wrong phase\n").Reason);
}
