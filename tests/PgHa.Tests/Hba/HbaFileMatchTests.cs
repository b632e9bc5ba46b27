using System.Net;

namespace PgHa.Tests.Hba;

public class HbaFileMatchTests
{
    private static HbaConnection Replication(string address, HbaTransport transport = HbaTransport.Tcp) =>
        new() { Transport = transport, ClientAddress = IPAddress.Parse(address), User = "repl" };

    private static HbaConnection ToDatabase(string database, string user, params string[] memberOf) =>
        new() { Transport = HbaTransport.UnixSocket, Database = database, User = user, MemberOf = memberOf };

    private static HbaMatch Match(string file, HbaConnection connection) => HbaFile.Parse(file).Match(connection);

    private static HbaOutcome Outcome(string line, HbaConnection connection) => Match(line, connection).Outcome;

    [Fact]
    public void The_first_rule_that_is_about_the_connection_decides()
    {
        const string File = """
            local all         all                peer
            host  all         all  0.0.0.0/0     trust
            host  replication repl 10.0.0.9/32   reject
            host  replication repl 10.0.0.0/8    scram-sha-256
            host  replication all  0.0.0.0/0     md5
            """;

        Assert.Equal((3, HbaMethod.Reject), Decision(Match(File, Replication("10.0.0.9"))));
        Assert.Equal((4, HbaMethod.ScramSha256), Decision(Match(File, Replication("10.0.0.5"))));
        Assert.Equal((5, HbaMethod.Md5), Decision(Match(File, Replication("192.168.0.1"))));
        Assert.Equal(new HbaMatch(HbaOutcome.NoMatch, 0, null), Match(File, Replication("::1")));

        static (int, HbaMethod) Decision(HbaMatch match) => (match.LineNumber, match.Rule!.Method);
    }

    [Theory]
    [InlineData("host", "Tcp TcpSsl TcpGss")]
    [InlineData("hostssl", "TcpSsl")]
    [InlineData("hostnossl", "Tcp TcpGss")]
    [InlineData("hostgssenc", "TcpGss")]
    [InlineData("hostnogssenc", "Tcp TcpSsl")]
    public void The_type_goes_by_the_encryption(string type, string transports)
    {
        IEnumerable<HbaTransport> matched = Enum.GetValues<HbaTransport>()
            .Where(transport => Outcome($"{type} replication all all trust", Replication("10.0.0.1", transport)) == HbaOutcome.Matched);

        Assert.Equal(transports, string.Join(' ', matched));
    }

    [Theory]
    [InlineData("all", HbaOutcome.NoMatch)]
    [InlineData("sameuser", HbaOutcome.NoMatch)]
    [InlineData("\"replication\"", HbaOutcome.NoMatch)]
    [InlineData("/repl", HbaOutcome.NoMatch)]
    [InlineData("replication", HbaOutcome.Matched)]
    [InlineData("all,replication", HbaOutcome.Matched)]
    [InlineData("@some.txt", HbaOutcome.Undecided)]
    public void Physical_replication_is_no_database(string databases, HbaOutcome expected) =>
        Assert.Equal(expected, Outcome($"host {databases} all all trust", Replication("10.0.0.1")));

    [Theory]
    [InlineData("all", HbaOutcome.Matched)]
    [InlineData("replication", HbaOutcome.NoMatch)]
    [InlineData("\"replication\"", HbaOutcome.NoMatch)]
    [InlineData("app", HbaOutcome.Matched)]
    [InlineData("App", HbaOutcome.NoMatch)]
    [InlineData("sameuser", HbaOutcome.NoMatch)]
    [InlineData("samerole", HbaOutcome.Matched)]
    [InlineData("/^a.p$", HbaOutcome.Matched)]
    [InlineData("/[0-9]+", HbaOutcome.NoMatch)]
    [InlineData("/^(app|web)$", HbaOutcome.Undecided)]
    [InlineData("@some.txt", HbaOutcome.Undecided)]
    [InlineData("@some.txt,app", HbaOutcome.Matched)]
    public void A_database_is_matched_by_name_keyword_or_expression(string databases, HbaOutcome expected) =>
        Assert.Equal(expected, Outcome($"local {databases} all trust", ToDatabase("app", "anna", "staff", "app")));

    [Theory]
    [InlineData("anna", HbaOutcome.Matched)]
    [InlineData("bert,anna", HbaOutcome.Matched)]
    [InlineData("+staff", HbaOutcome.Matched)]
    [InlineData("+anna", HbaOutcome.Matched)]
    [InlineData("+other", HbaOutcome.NoMatch)]
    [InlineData("\"+staff\"", HbaOutcome.NoMatch)]
    [InlineData("replication", HbaOutcome.NoMatch)]
    [InlineData("/^an+a", HbaOutcome.Matched)]
    [InlineData("/\\d", HbaOutcome.Undecided)]
    public void A_user_is_matched_by_name_membership_or_expression(string users, HbaOutcome expected) =>
        Assert.Equal(expected, Outcome($"local all {users} trust", ToDatabase("app", "anna", "staff")));

    [Fact]
    public void A_membership_that_is_not_told_is_undecided()
    {
        HbaConnection connection = ToDatabase("app", "anna") with { MemberOf = null };

        Assert.Equal(HbaOutcome.Undecided, Outcome("local all +staff trust", connection));
        Assert.Equal(HbaOutcome.Undecided, Outcome("local samerole all trust", connection));
        Assert.Equal(HbaOutcome.Matched, Outcome("local all +anna trust", connection));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", HbaOutcome.Matched)]
    [InlineData("10.0.0.0/8", "11.0.0.1", HbaOutcome.NoMatch)]
    [InlineData("10.0.2.0 255.0.255.0", "10.77.2.9", HbaOutcome.Matched)]
    [InlineData("2001:db8::/33", "2001:db8:7fff::1", HbaOutcome.Matched)]
    [InlineData("2001:db8::/33", "2001:db8:8000::1", HbaOutcome.NoMatch)]
    [InlineData("0.0.0.0/0", "::1", HbaOutcome.NoMatch)]
    [InlineData("10.0.0.0/8", "::ffff:10.0.0.1", HbaOutcome.NoMatch)]
    [InlineData("all", "::1", HbaOutcome.Matched)]
    [InlineData("samehost", "127.0.0.1", HbaOutcome.Matched)]
    [InlineData("samehost", "127.0.0.2", HbaOutcome.Undecided)]
    [InlineData("samenet", "127.0.0.2", HbaOutcome.Matched)]
    [InlineData("samenet", "10.0.0.1", HbaOutcome.Undecided)]
    [InlineData("db.example.com", "10.0.0.1", HbaOutcome.Undecided)]
    public void A_client_is_matched_by_its_address(string address, string client, HbaOutcome expected) =>
        Assert.Equal(expected, Outcome($"host replication all {address} trust", Replication(client)));

    [Fact]
    public void An_unknown_client_address_is_undecided_unless_any_would_do()
    {
        HbaConnection connection = Replication("10.0.0.1") with { ClientAddress = null };

        Assert.Equal(HbaOutcome.Undecided, Outcome("host replication all 0.0.0.0/0 trust", connection));
        Assert.Equal(HbaOutcome.Matched, Outcome("host replication all all trust", connection));
    }

    [Fact]
    public void A_host_name_is_undecided_only_for_connections_that_the_rest_of_its_rule_is_about()
    {
        const string File = "host replication other db.example.com reject\nhost replication repl 10.0.0.0/8 md5\n";

        Assert.Equal(HbaOutcome.Matched, Outcome(File, Replication("10.0.0.1")));
        Assert.Equal(HbaOutcome.Undecided, Outcome(File, Replication("10.0.0.1") with { User = "other" }));
    }

    [Fact]
    public void Included_rules_are_undecided_from_their_line_on()
    {
        const string File = "host replication repl 10.0.0.1/32 md5\ninclude_dir hba.d\nhost all all all trust\n";

        Assert.Equal(HbaOutcome.Matched, Outcome(File, Replication("10.0.0.1")));
        Assert.Equal(new HbaMatch(HbaOutcome.Undecided, 2, null), Match(File, Replication("10.0.0.2")));
        Assert.Equal("Undecided by line 2: included rules", Match(File, Replication("10.0.0.2")).ToString());
    }
}
