namespace PgHa.Tests.Clusters;

/// <summary>What JSON has left of a value in a definition is read as the value.</summary>
public sealed class SerializedDefinitionTests
{
    [Theory]
    [InlineData("host all all 10.0.0.0/8 scram-sha-256")]
    [InlineData("host all all 10.0.0.0 255.0.255.0 reject")]
    [InlineData("hostssl shop,replication web 2001:db8::/32 cert clientcert=verify-full")]
    [InlineData("host \"all\" +staff ::1/128 md5")]
    [InlineData("host all all all md5")]
    [InlineData("host all all \"all\" md5")]
    [InlineData("host all all .example.org md5")]
    [InlineData("local all postgres peer map=pgha")]
    public void A_rule_of_its_properties_is_that_rule(string line)
    {
        var rule = HbaRule.Parse(line);

        Assert.Equal(rule, SerializedDefinition.RuleOf(AsJson(rule)));
    }

    [Fact]
    public void A_rule_that_has_lost_its_address_is_none() =>
        Assert.Throws<MalformedTextException>(
            () => SerializedDefinition.RuleOf(AsJson(HbaRule.Parse("host all all 10.0.0.0/8 md5"), hasAddress: false)));

    // As ConvertTo-Json writes it: enums as numbers, and of an IPv6 address none of its parts.
    private static DefinitionTable AsJson(HbaRule rule, bool hasAddress = true) => Table(
        (nameof(HbaRule.Type), new DefinitionScalar((long)rule.Type)),
        (nameof(HbaRule.Databases), Names(rule.Databases)),
        (nameof(HbaRule.Users), Names(rule.Users)),
        (nameof(HbaRule.Address), rule.Address is { } address && hasAddress
            ? Table((nameof(HbaAddress.Text), new DefinitionScalar(address.Text)))
            : new DefinitionScalar(null)),
        (nameof(HbaRule.Method), new DefinitionScalar((long)rule.Method)),
        (nameof(HbaRule.Options), new DefinitionList([.. rule.Options.Select(Option)])));

    private static DefinitionTable Option(HbaOption option) =>
        Table((nameof(HbaOption.Name), new DefinitionScalar(option.Name)), (nameof(HbaOption.Value), new DefinitionScalar(option.Value)));

    private static DefinitionList Names(IReadOnlyList<HbaName> names) => new([.. names.Select(Name)]);

    private static DefinitionTable Name(HbaName name) =>
        Table((nameof(HbaName.Kind), new DefinitionScalar((long)name.Kind)), (nameof(HbaName.Text), new DefinitionScalar(name.Text)));

    private static DefinitionTable Table(params (string Key, DefinitionValue Value)[] entries) =>
        new([.. entries.Select(entry => new DefinitionEntry(entry.Key, entry.Value))]);
}
