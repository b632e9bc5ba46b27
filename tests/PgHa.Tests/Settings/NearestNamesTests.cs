namespace PgHa.Tests.Settings;

public sealed class NearestNamesTests
{
    private static readonly string[] Names = ["wal_level", "wal_log_hints", "work_mem", "max_connections"];

    [Theory]
    [InlineData("wal_levle", "wal_level")]
    [InlineData("WAL_LEVEL", "wal_level")]
    [InlineData("max_conections", "max_connections")]
    public void A_misspelt_name_is_recognised(string name, string meant) => Assert.Equal(meant, NearestNames.Of(name, Names)[0]);

    [Fact]
    public void A_name_far_from_all_is_like_none() => Assert.Empty(NearestNames.Of("synchronous_standby_names", Names));

    [Theory]
    [InlineData("a, b", new[] { "a", "b" })]
    [InlineData("\"a b\", \"c\"\"d\"", new[] { "a b", "c\"d" })]
    [InlineData("\"a,b\"", new[] { "a,b" })]
    [InlineData("", new string[0])]
    public void A_list_is_split_into_its_names(string value, string[] names) => Assert.Equal(names, SettingList.Split(value));
}
