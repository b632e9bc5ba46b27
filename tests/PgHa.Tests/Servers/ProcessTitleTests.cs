namespace PgHa.Tests;

public sealed class ProcessTitleTests
{
    [Theory]
    // The runbook's, of 9.6.
    [InlineData("postgres: startup process   recovering 000000010000000000000005", null, "startup", "recovering 000000010000000000000005")]
    [InlineData("postgres: checkpointer process           ", null, "checkpointer", "")]
    [InlineData("postgres: writer process                 ", null, "background writer", "")]
    [InlineData("postgres: stats collector process        ", null, "stats collector", "")]
    [InlineData("postgres: wal receiver process   streaming 0/7000140", null, "walreceiver", "streaming 0/7000140")]
    [InlineData("postgres: node21: wal writer process   ", "node21", "walwriter", "")]
    [InlineData("postgres: autovacuum launcher process   ", null, "autovacuum launcher", "")]
    [InlineData("postgres: archiver process   last was 000000010000000000000004", null, "archiver", "last was 000000010000000000000004")]
    [InlineData("postgres: bgworker: logical replication launcher   ", null, "logical replication launcher", "")]
    // From 11 on.
    [InlineData(
        "postgres: node21: startup recovering 000000010000000000000005", "node21", "startup", "recovering 000000010000000000000005")]
    [InlineData(
        "postgres: node21: startup waiting for 00000001000000000000000A", "node21", "startup", "waiting for 00000001000000000000000A")]
    [InlineData("postgres: walreceiver streaming 0/B00DBF8", null, "walreceiver", "streaming 0/B00DBF8")]
    [InlineData("postgres: node20: background writer ", "node20", "background writer", "")]
    [InlineData("postgres: 17/main: walsummarizer ", "17/main", "walsummarizer", "")]
    [InlineData("postgres: 18/main: io worker 2", "18/main", "io worker", "2")]
    [InlineData("postgres: logger ", null, "logger", "")]
    [InlineData("postgres: syslogger ", null, "syslogger", "")]
    [InlineData("postgres: parallel worker for PID 4711 ", null, "parallel worker", "for PID 4711")]
    public void A_processs_title_is_read(string title, string? clusterName, string kind, string activity) =>
        Assert.Equal(new ProcessTitle(clusterName, kind, activity), ProcessTitle.Parse(title));

    [Theory]
    [InlineData(
        "postgres: wal sender process foo 127.0.0.1(58019) streaming 0/B00DBF8", null, "walsender", "streaming 0/B00DBF8", "foo", null,
        "127.0.0.1(58019)")]
    [InlineData("postgres: node20: walsender foo [local] idle", "node20", "walsender", "idle", "foo", null, "[local]")]
    [InlineData(
        "postgres: walsender foo postgres ::1(58019) START_REPLICATION", null, "walsender", "START_REPLICATION", "foo", null, "::1(58019)")]
    [InlineData(
        "postgres: postgres app 10.0.0.1(40000) idle in transaction", null, "client backend", "idle in transaction", "postgres", "app",
        "10.0.0.1(40000)")]
    [InlineData(
        "postgres: node20: startup_admin app [local] SELECT", "node20", "client backend", "SELECT", "startup_admin", "app", "[local]")]
    [InlineData(
        "postgres: startup_admin app [local] SELECT waiting", null, "client backend", "SELECT waiting", "startup_admin", "app", "[local]")]
    public void A_sessions_title_says_whose_it_is(
        string title, string? clusterName, string kind, string activity, string user, string? database, string client) =>
        Assert.Equal(new ProcessTitle(clusterName, kind, activity, user, database, client), ProcessTitle.Parse(title));

    [Theory]
    [InlineData("/usr/lib/postgresql/15/bin/postgres -D /srv/node20")]
    [InlineData("sleep 10")]
    [InlineData("postgres: something else")]
    public void What_is_no_title_is_none(string commandLine) => Assert.Null(ProcessTitle.Parse(commandLine));

    [Fact]
    public void The_file_and_the_position_are_taken_out_of_the_activity()
    {
        Assert.Equal(
            WalFileName.Parse("00000001000000000000000A"),
            ProcessTitle.Parse("postgres: startup   waiting for 00000001000000000000000A")!.WalFile);
        Assert.Equal(Lsn.Parse("0/B00DBF8"), ProcessTitle.Parse("postgres: walreceiver   streaming 0/B00DBF8")!.Lsn);
        Assert.Null(ProcessTitle.Parse("postgres: walreceiver   ")!.Lsn);
    }
}
