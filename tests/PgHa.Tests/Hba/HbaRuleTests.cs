using System.Net;

namespace PgHa.Tests.Hba;

public class HbaRuleTests
{
    public static TheoryData<int> Seeds => Generated.Seeds(60);

    [Theory]
    [InlineData("local all all peer", "local   all             all                                     peer")]
    [InlineData(
        "host replication repl 10.0.0.5/32 scram-sha-256", "host    replication     repl            10.0.0.5/32             scram-sha-256")]
    [InlineData("hostnogssenc a all all trust", "hostnogssenc a               all             all                     trust")]
    [InlineData("host all all 10.0.2.0 255.0.255.0 md5", "host    all             all             10.0.2.0 255.0.255.0    md5")]
    [InlineData(
        "local all all peer map=\"a b\" x=y", "local   all             all                                     peer \"map=a b\" x=y")]
    public void A_rule_is_written_in_the_columns_of_the_sample(string text, string expected)
    {
        Assert.Equal(expected, HbaRule.Parse(text).ToString());
        Assert.Equal(HbaRule.Parse(text), HbaRule.Parse(expected));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_written_rule_is_read_as_the_same_rule(int seed)
    {
        HbaRule rule = Rule(new Random(seed));

        Assert.Equal(rule, HbaRule.Parse(rule.ToLine()));
        Assert.Equal(rule.GetHashCode(), HbaRule.Parse(rule.ToLine()).GetHashCode());
        Assert.Single(HbaFile.Empty.Add(rule).Rules, new HbaFileRule(1, rule));
    }

    [Fact]
    public void Rules_are_the_same_however_their_range_is_written() => Assert.Equal(
        HbaRule.Parse("host all all 10.1.2.3/8 md5"), HbaRule.Parse("host  all  all  10.0.0.0  255.0.0.0  md5"));

    [Theory]
    [InlineData("")]
    [InlineData("# comment")]
    [InlineData("include a.conf")]
    [InlineData("local all all trust\nlocal all all peer")]
    public void What_is_not_one_rule_is_refused(string text) =>
        Assert.Equal(0, Assert.Throws<MalformedTextException>(() => HbaRule.Parse(text)).Position);

    [Fact]
    public void A_password_in_an_option_is_written_to_the_file_and_not_shown()
    {
        HbaRule rule = HbaRule.Parse("host all all all ldap ldapserver=l \"ldapbindpasswd=my secret\"");

        Assert.DoesNotContain("secret", rule.ToString(), StringComparison.Ordinal);
        Assert.Contains("my secret", HbaFile.Empty.Add(rule).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", HbaFile.Empty.Add(rule).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "secret", HbaFile.Parse("host all all all ldap ldapbindpasswd=\\\r\nsecret\n").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_alone_is_that_one_address()
    {
        Assert.Equal("10.0.0.5/32", HbaAddress.Parse("10.0.0.5").ToString());
        Assert.Equal("::1/128", HbaAddress.Of(IPAddress.IPv6Loopback).ToString());
    }

    [Theory]
    [InlineData("all")]
    [InlineData("samenet")]
    [InlineData("10.0.0.0/8")]
    [InlineData("10.0.2.0 255.0.255.0")]
    [InlineData("db.example.com")]
    public void An_address_is_read_as_it_is_printed(string text) => Assert.Equal(text, HbaAddress.Parse(text).ToString());

    [Theory]
    [InlineData("", 0)]
    [InlineData("10.0.0.0/33", 9)]
    [InlineData("10.0.0.0/x", 9)]
    [InlineData("db.example.com/8", 14)]
    [InlineData("10.0.0.0 mask", 9)]
    [InlineData("db.example.com 255.0.0.0", 15)]
    public void A_malformed_address_says_where(string text, int position) =>
        Assert.Equal(position, Assert.Throws<MalformedTextException>(() => HbaAddress.Parse(text)).Position);

    internal static HbaRule Rule(Random random)
    {
        HbaConnectionType type = random.Pick(Enum.GetValues<HbaConnectionType>());
        return new HbaRule
        {
            Type = type,
            Databases = [Database(random), .. random.Repeat(2, () => Database(random))],
            Users = [User(random), .. random.Repeat(2, () => User(random))],
            Address = type == HbaConnectionType.Local ? null : Address(random),
            Method = random.Pick(HbaMethod.Trust, HbaMethod.Reject, HbaMethod.ScramSha256, HbaMethod.Md5),
            Options = [.. random.Repeat(2, () => new HbaOption("name", random.Text("ab ,\"#=é", 5)))],
        };
    }

    private static HbaName Database(Random random) =>
        random.Pick(User(random), HbaName.Replication, new HbaName(HbaNameKind.SameUser, ""), new HbaName(HbaNameKind.SameRole, ""));

    private static HbaName User(Random random) => random.Next(4) switch
    {
        0 => HbaName.All,
        1 => new HbaName(random.Pick(HbaNameKind.Regex, HbaNameKind.File), "a" + random.Text("b ,\"#é", 4)),
        2 => HbaName.Of(random.Pick("all", "sameuser", "replication", "samegroup", "+a", "@a", "")),
        _ => HbaName.Of("n" + random.Text("ab ,\"\t#+@é", 6)),
    };

    private static HbaAddress Address(Random random) => random.Next(5) switch
    {
        0 => random.Pick(HbaAddress.All, HbaAddress.SameHost, HbaAddress.SameNet),
        1 => HbaAddress.Parse(random.Pick("db.example.com", ".example.com")),
        2 => HbaAddress.Parse($"2001:db8::{random.Next(9999)}/{random.Next(129)}"),
        3 => HbaRule.Parse($"host all all 10.{random.Next(256)}.0.7 255.{random.Next(256)}.0.255 trust").Address!,
        _ => HbaAddress.Parse($"10.{random.Next(256)}.{random.Next(256)}.0/{random.Next(33)}"),
    };
}
