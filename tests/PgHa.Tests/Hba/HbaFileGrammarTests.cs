using System.Text;

namespace PgHa.Tests.Hba;

/// <summary>What the server reads out of a file, by the rules of hba.c.</summary>
public class HbaFileGrammarTests
{
    private const string Sample = """
        # PostgreSQL Client Authentication Configuration File
        # TYPE  DATABASE        USER            ADDRESS                 METHOD

        # "local" is for Unix domain socket connections only
        local   all             all                                     peer
        # IPv4 local connections:
        host    all             all             127.0.0.1/32            scram-sha-256
        # IPv6 local connections:
        host    all             all             ::1/128                 scram-sha-256
        host    replication     repl,+standbys  10.0.0.0  255.0.0.0     md5 # with a mask
        hostssl "my db", other @admins.txt      .example.com            cert clientcert=verify-full map="a map"
        hostnossl all           all             all                     reject
        include_if_exists       local_hba.conf
        """;

    private static HbaRule Only(string line) => Assert.Single(HbaFile.Parse(line).Rules).Rule;

    private static IEnumerable<string> Names(IEnumerable<HbaName> names) => names.Select(name => $"{name.Kind} {name.Text}".TrimEnd());

    [Fact]
    public void A_sample_file_gives_its_rules_with_their_lines()
    {
        HbaFile file = HbaFile.Parse(Sample);

        Assert.Equal([5, 7, 9, 10, 11, 12], file.Rules.Select(rule => rule.LineNumber));
        Assert.Equal(
            [HbaMethod.Peer, HbaMethod.ScramSha256, HbaMethod.ScramSha256, HbaMethod.Md5, HbaMethod.Cert, HbaMethod.Reject],
            file.Rules.Select(rule => rule.Rule.Method));
        Assert.Equal([new HbaInclude(13, "include_if_exists", "local_hba.conf")], file.Includes);
    }

    [Fact]
    public void Lists_quotes_and_options_are_taken_apart()
    {
        HbaRule rule = HbaFile.Parse(Sample).Rules[4].Rule;

        Assert.Equal(["Name my db", "Name other"], Names(rule.Databases));
        Assert.Equal(["File admins.txt"], Names(rule.Users));
        Assert.Equal(".example.com", rule.Address!.HostName);
        Assert.Equal([new HbaOption("clientcert", "verify-full"), new HbaOption("map", "a map")], rule.Options);
    }

    [Theory]
    [InlineData("all", "All")]
    [InlineData("\"all\"", "Name all")]
    [InlineData("ALL", "Name ALL")]
    [InlineData("sameuser,samerole,samegroup", "SameUser|SameRole|SameRole")]
    [InlineData("replication", "Replication")]
    [InlineData("\"replication\"", "Name replication")]
    [InlineData("a,b", "Name a|Name b")]
    [InlineData("a, b", "Name a|Name b")]
    [InlineData(",a,,b", "Name a|Name b")]
    [InlineData("\"a \"\"b\"\", #c\"", "Name a \"b\", #c")]
    [InlineData("a\" \"b", "Name a b")]
    [InlineData("\"\"", "Name")]
    [InlineData("@", "Name @")]
    [InlineData("\"@f\"", "Name @f")]
    [InlineData("\"/^db(1,2)$\"", "Regex ^db(1,2)$")]
    [InlineData("datenbank_größe", "Name datenbank_größe")]
    public void The_database_column_knows_its_keywords(string column, string expected) =>
        Assert.Equal(expected, string.Join('|', Names(Only($"local {column} all trust").Databases)));

    [Theory]
    [InlineData("+role", "MemberOf role")]
    [InlineData("+\"my role\"", "MemberOf my role")]
    [InlineData("\"+role\"", "Name +role")]
    [InlineData("replication", "Name replication")]
    [InlineData("sameuser", "Name sameuser")]
    [InlineData("/^a.*$", "Regex ^a.*$")]
    public void The_user_column_knows_others(string column, string expected) =>
        Assert.Equal(expected, string.Join('|', Names(Only($"local all {column} trust").Users)));

    [Theory]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("10.1.2.3 255.255.0.0", "10.1.0.0/16")]
    [InlineData("10.1.2.3\t255.0.255.0", "10.0.2.0 255.0.255.0")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("2001:db8::1/32", "2001:db8::/32")]
    [InlineData("::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::1/128")]
    [InlineData("fe80::1%eth0/64", "fe80::/64")]
    [InlineData("samehost", "samehost")]
    [InlineData("samenet", "samenet")]
    [InlineData("all", "all")]
    [InlineData("\"all\"", "\"all\"")]
    [InlineData("db1.example.com", "db1.example.com")]
    [InlineData(".example.com", ".example.com")]
    public void An_address_is_a_range_a_name_or_a_keyword(string column, string expected) =>
        Assert.Equal(expected, Only($"host all all {column} trust").Address!.ToString());

    [Theory]
    [InlineData("local all all trust#comment")]
    [InlineData("local\tall\tall\ttrust\r\n")]
    [InlineData("local all all \\\ntrust")]
    [InlineData("loc\\\r\nal all all\\\n \\\n trust\n")]
    [InlineData("\"local\" all all \"trust\"")]
    public void Blanks_comments_and_joined_lines_are_free(string text) => Assert.Equal(HbaRule.Parse("local all all trust"), Only(text));

    [Fact]
    public void A_comment_that_ends_in_a_backslash_takes_the_next_line_with_it()
    {
        HbaFile file = HbaFile.Parse("# C:\\data\\\nlocal all all trust\nlocal all all peer\n");

        Assert.Equal(3, Assert.Single(file.Rules).LineNumber);
    }

    [Fact]
    public void Two_backslashes_join_once() =>
        Assert.Equal([new HbaOption("map", "a\\")], Only("local all all peer map=a\\\\\n\n").Options);

    [Theory]
    [InlineData("hostx all all all trust", 0, "local, host, hostssl")]
    [InlineData("local,host all all trust", 6, "not a list")]
    [InlineData("host", 4, "a database")]
    [InlineData("host all", 8, "a user")]
    [InlineData("host all all", 12, "an address")]
    [InlineData("host all all all", 16, "trust, reject")]
    [InlineData("host all all 10.0.0.0", 21, "CIDR notation (10.0.0.0/…)")]
    [InlineData("host all all 10.0.0.0 trust", 22, "a mask for 10.0.0.0")]
    [InlineData("host all all 10.0.0.0 ffff:: trust", 22, "a mask for 10.0.0.0")]
    [InlineData("host all all 10.0.0.0/33 trust", 22, "an address with a mask")]
    [InlineData("host all all ::1/129 trust", 17, "an address with a mask")]
    [InlineData("host all all 10.0.0.0/ trust", 22, "an address with a mask")]
    [InlineData("host all all /8 trust", 13, "an address with a mask")]
    [InlineData("host all all example.com/8 trust", 24, "a host name has no mask")]
    [InlineData("host all all a,b trust", 15, "not a list")]
    [InlineData("host all all all peer", 17, "local connections only")]
    [InlineData("host all all all cert", 17, "hostssl connections only")]
    [InlineData("local all all gss", 14, "does not work on local")]
    [InlineData("local all all SCRAM-SHA-256", 14, "trust, reject")]
    [InlineData("local all all peer map", 19, "name=value")]
    [InlineData("local größe \"all peer", 12, "closing quote")]
    [InlineData("include a b", 0, "local, host, hostssl")]
    public void A_malformed_line_says_where_and_what(string line, int position, string expectation)
    {
        var error = Assert.Throws<MalformedTextException>(() => HbaFile.Parse($"# one\n\n{line}\nlocal all all peer\n"));

        Assert.Equal(position, error.Position);
        Assert.Equal(3, error.Line);
        Assert.Contains(expectation, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_joined_line_is_told_by_the_line_of_the_file()
    {
        var error = Assert.Throws<MalformedTextException>(() => HbaFile.Parse("# one\nhost all \\\n  all all \\\n  magic\n"));

        Assert.Equal(4, error.Line);
        Assert.Equal(2, error.Position);
    }

    [Theory]
    [InlineData("host all all all ldap ldapbindpasswd=secret oops")]
    [InlineData("host all all all ldap ldapbindpasswd=\\\nsecret oops")]
    public void The_error_of_a_malformed_line_shows_no_password(string line)
    {
        var error = Assert.Throws<MalformedTextException>(() => HbaFile.Parse(line));

        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_servers_own_sample_gives_its_bytes_back()
    {
        const string Path = "/usr/share/postgresql/15/pg_hba.conf.sample";
        if (!File.Exists(Path))
            return;

        // initdb fills in what stands between the at signs.
        string text = File.ReadAllText(Path, Encoding.UTF8)
            .Replace("@remove-line-for-nolocal@", "", StringComparison.Ordinal)
            .Replace("@authcomment@", "", StringComparison.Ordinal)
            .Replace("@authmethodlocal@", "peer", StringComparison.Ordinal)
            .Replace("@authmethodhost@", "scram-sha-256", StringComparison.Ordinal);
        HbaFile file = HbaFile.Parse(text);

        Assert.Equal(6, file.Rules.Count);
        Assert.Equal(text, file.Text);
    }
}
