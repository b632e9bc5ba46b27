using System.Text;

namespace PgHa.Tests.Hba;

public class HbaFileChangeTests
{
    private const string Local = "local all all peer\n";
    private const string Standby = "host replication repl 10.0.0.5/32 scram-sha-256";

    public static TheoryData<int> Seeds => Generated.Seeds(60);

    private static string Line(string rule) => HbaRule.Parse(rule).ToLine() + "\n";

    private static string Added(string file, string rule) => HbaFile.Parse(file).Add(HbaRule.Parse(rule)).Text;

    [Theory]
    [InlineData("")]
    [InlineData(Local)]
    [InlineData("host replication repl 10.0.0.6/32 reject\n")]
    [InlineData("host all all all reject\n")]
    [InlineData("local replication all reject\n")]
    [InlineData("hostssl replication repl 10.0.0.5/32 reject\n")]
    [InlineData("host replication repl db5.example.com reject\n")]
    [InlineData("host replication @some.txt all reject\n")]
    public void A_rule_that_nothing_shadows_comes_at_the_end(string file) => Assert.Equal(file + Line(Standby), Added(file, Standby));

    [Theory]
    [InlineData("host replication all all reject\n")]
    [InlineData("host all,replication all 0.0.0.0/0 reject\n")]
    [InlineData("host replication other,repl 10.0.0.0/8 md5\n")]
    [InlineData("host replication +repl 10.0.0.0 255.0.0.0 trust\n")]
    [InlineData("host replication /^repl$ 10.0.0.5/32 trust\n")]
    [InlineData("host replication repl 10.0.0.5/32 scram-sha-256 map=x\n")]
    public void A_rule_comes_before_the_first_one_that_shadows_it(string shadow) =>
        Assert.Equal($"{Local}{Line(Standby)}{shadow}{shadow}", Added($"{Local}{shadow}{shadow}", Standby));

    [Theory]
    [InlineData("hostssl replication repl 10.0.0.5/32 md5", "hostnogssenc replication repl 10.0.0.5/32 trust\n")]
    [InlineData("hostgssenc all all all md5", "hostnossl all all all trust\n")]
    [InlineData("local sameuser all peer", "local samerole all trust\n")]
    [InlineData("host all all db1.example.com md5", "host all all .Example.com trust\n")]
    [InlineData("host all all samehost md5", "host all all samenet trust\n")]
    [InlineData("host all all 2001:db8:1::/48 md5", "host all all 2001:db8::/32 trust\n")]
    public void Types_names_and_addresses_shadow_what_they_include(string rule, string shadow) =>
        Assert.Equal(Line(rule) + shadow, Added(shadow, rule));

    [Theory]
    [InlineData("host replication repl 10.0.0.0/8 reject", "NEW\ninclude x\n")]
    [InlineData("host replication repl 10.0.0.9/32 reject", "include x\nNEW\n")]
    [InlineData(Standby, "include x\n")]
    public void A_rule_in_an_included_file_counts_where_the_file_is_included(string included, string expected) => Assert.Equal(
        expected.Replace("NEW\n", Line(Standby), StringComparison.Ordinal),
        HbaFile.Parse("include x\n").Add(HbaRule.Parse(Standby), _ => [HbaRule.Parse(included)]).Text);

    [Fact]
    public void Included_lines_take_the_place_of_their_directive() => Assert.Equal(
        "# a\nlocal all all peer\nhost all all all reject\n",
        HbaFile.Parse("# a\ninclude x\nhost all all all reject\n").WithIncluded(_ => "local all all peer\n").Text);

    [Fact]
    public void A_narrower_rule_before_it_is_an_exception_and_stays_first()
    {
        const string Exception = "host replication repl 10.0.0.9/32 reject\n";

        Assert.Equal(Exception + Line("host replication repl 10.0.0.0/8 md5"), Added(Exception, "host replication repl 10.0.0.0/8 md5"));
    }

    [Fact]
    public void A_broader_rule_that_authenticates_alike_does_not_shadow()
    {
        const string Broader = "host replication all all scram-sha-256\nhost replication all all reject\n";

        Assert.Equal(Broader + Line(Standby), Added(Broader, Standby));
    }

    [Fact]
    public void A_rule_that_is_there_is_not_added_again()
    {
        HbaFile file = HbaFile.Parse($"# c\nhost  replication repl 10.0.0.5 255.255.255.255   scram-sha-256 # node 5\n{Local}");

        Assert.Same(file, file.Add(HbaRule.Parse(Standby)));
    }

    [Fact]
    public void A_rule_that_is_there_but_shadowed_is_moved_before_what_shadows_it() => Assert.Equal(
        $"{Line(Standby)}host replication all all reject\n",
        Added($"host replication all all reject\n{Standby} # in vain\n", Standby));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Adding_rules_twice_changes_nothing_the_second_time(int seed)
    {
        Random random = new(seed);
        List<HbaRule> rules = [.. random.Repeat(6, () => HbaRuleTests.Rule(random))];

        HbaFile once = rules.Aggregate(HbaFile.Empty, (file, rule) => file.Add(rule));

        foreach (HbaRule rule in rules.TakeLast(1))
            Assert.Same(once, once.Add(rule));
        Assert.Equal(once.Text, rules.Aggregate(once, (file, rule) => file.Add(rule)).Text);
    }

    [Theory]
    [InlineData("# ends in a backslash \\")]
    [InlineData("# ends in a backslash \\\n")]
    public void A_rule_is_not_joined_to_a_last_line_that_ends_in_a_backslash(string file)
    {
        HbaFile changed = HbaFile.Parse(file).Add(HbaRule.Parse(Standby));

        Assert.Equal(HbaRule.Parse(Standby), Assert.Single(HbaFile.Parse(changed.ToBytes()).Rules).Rule);
    }

    [Fact]
    public void A_missing_last_line_break_and_CRLF_are_minded() => Assert.Equal(
        $"# a\r\nlocal all all peer\r\n{HbaRule.Parse(Standby).ToLine()}\r\n", Added("# a\r\nlocal all all peer", Standby));

    [Fact]
    public void Removing_drops_every_line_with_the_rule_and_nothing_else()
    {
        HbaFile file = HbaFile.Parse($"# a\n{Standby} # x\n{Local}host replication repl \\\n 10.0.0.5/32 scram-sha-256\n# b");

        Assert.Equal($"# a\n{Local}# b", file.Remove(HbaRule.Parse(Standby)).Text);
        Assert.Same(file, file.Remove(HbaRule.Parse("local all all trust")));
    }

    [Fact]
    public void A_rule_that_would_be_read_as_another_one_is_refused()
    {
        HbaRule rule = HbaRule.Parse("local all all trust");

        Assert.Throws<MalformedTextException>(() => HbaFile.Empty.Add(rule with { Users = [HbaName.Of("/slash")] }));
        Assert.Throws<MalformedTextException>(() => HbaFile.Empty.Add(rule with { Users = [HbaName.Of("a\nlocal all all trust")] }));
        Assert.Throws<MalformedTextException>(() => HbaFile.Empty.Add(rule with { Address = HbaAddress.All }));
        Assert.Throws<MalformedTextException>(() => HbaFile.Empty.Add(rule with { Type = HbaConnectionType.Host }));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_parsed_file_gives_its_bytes_back(int seed)
    {
        Random random = new(seed);
        string newLine = random.Pick("\n", "\r\n");
        IEnumerable<string> lines = random.Repeat(10, () => random.Next(5) switch
        {
            0 => random.Pick("", "  \t", "include a.conf", "include_dir \"b c\""),
            1 => "#" + random.Text("ab \"\\,é\u00ff", 8),
            2 => $"host all \\{newLine}  all{newLine.Replace('\n', ' ')} all trust",
            _ => HbaRuleTests.Rule(random).ToLine() + random.Pick("", "  ", "# c", "\t#\""),
        });
        byte[] bytes = Encoding.Latin1.GetBytes(string.Join(newLine, lines) + random.Pick("", newLine));

        Assert.Equal(bytes, HbaFile.Parse(bytes).ToBytes());
    }
}
