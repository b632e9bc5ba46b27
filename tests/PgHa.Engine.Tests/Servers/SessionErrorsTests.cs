using System.Net.Sockets;
using Npgsql;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Tests.Servers;

/// <summary>What the server and the driver say, as PgHa passes it on.</summary>
public sealed class SessionErrorsTests
{
    private static readonly PgInstance Server = new() { Name = "db", Port = 5433 };

    [Fact]
    public void Detail_and_hint_of_the_server_are_kept()
    {
        PgHaException e = Running(
            "55000", "cannot drop replication slot \"s\"", "This replication slot is being synchronized from the primary server.",
            "Drop it there.");
        Assert.Equal("StatementFailed", e.ErrorId);
        Assert.Contains(
            "cannot drop replication slot \"s\" (This replication slot is being synchronized from the primary server)",
            e.Message,
            StringComparison.Ordinal);
        Assert.Equal("Drop it there.", e.Advice);
        PgHaException denied = Running("42501", "permission denied", "Only roles with X may.", "Grant X.");
        Assert.Contains("Only roles with X may", denied.Message, StringComparison.Ordinal);
        Assert.EndsWith("The server's hint: Grant X.", denied.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Failing row contains (7, s3cret).")]
    [InlineData("Key (name)=(s3cret) already exists.")]
    [InlineData("Key (name, word)=(x, s3cret) is not present in table \"t\".")]
    [InlineData("primary_conninfo = 'host=db1 password=s3cret'")]
    [InlineData("postgresql://u:s3cret@db1/")]
    [InlineData("Failing row contains (7, a)\ns3cret).")]
    [InlineData("Failing row contains (7, a) s3cret, b).")]
    [InlineData("Key (name)=(a) s3cret) already exists.")]
    public void What_a_detail_quotes_is_shown_nowhere(string detail)
    {
        PgHaException e = Running("23505", "duplicate key", detail, detail);
        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", e.Advice ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", ((PostgresException)e.InnerException!).Detail ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SocketError.AddressNotAvailable, "there is no socket '/run/pg/.s.PGSQL.5433'")]
    [InlineData(SocketError.ConnectionRefused, "nothing listens at the socket '/run/pg/.s.PGSQL.5433'")]
    public void A_server_that_is_known_by_its_socket_and_is_dead_is_not_running(SocketError code, string expected)
    {
        PgHaException e = SessionErrors.OfConnecting(
            Server with { SocketDirectory = "/run/pg" }, new NpgsqlException("", new SocketException((int)code)))!;
        Assert.Equal("ServerUnreachable", e.ErrorId);
        Assert.Contains("is not running: " + expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_not_let_in_is_told_how_to_log_in()
    {
        PgHaException e = SessionErrors.OfConnecting(
            Server, new PostgresException("Peer authentication failed for user \"postgres\"", "FATAL", "FATAL", "28000"))!;
        Assert.Equal("AccessDenied", e.ErrorId);
        Assert.Contains("pg_ident.conf", e.Advice, StringComparison.Ordinal);
        Assert.Contains("-Credential", e.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_statement_that_the_server_ends_is_a_failure_that_names_the_server()
    {
        PgHaException e = Running("57014", "canceling statement due to statement timeout", "", "");
        Assert.Equal("StatementCanceled", e.ErrorId);
        Assert.Equal("db@127.0.0.1:5433 ended a statement: canceling statement due to statement timeout.", e.Message);
        Assert.Contains("statement_timeout", e.Advice, StringComparison.Ordinal);
    }

    private static PgHaException Running(string state, string message, string detail, string hint) =>
        SessionErrors.OfRunning(Server, new PostgresException(message, "ERROR", "ERROR", state, detail, hint))!;
}
