namespace PgHa.TestServers.Tests;

public class TestEnvironmentTests
{
    [Theory]
    [InlineData("15", new[] { 15 })]
    [InlineData("15, 11", new[] { 11, 15 })]
    [InlineData("10-13", new[] { 10, 11, 12, 13 })]
    [InlineData("17-18,11,17", new[] { 11, 17, 18 })]
    public void Majors_are_single_ones_and_ranges(string text, int[] majors) =>
        Assert.Equal(majors, TestEnvironment.ParseMajors(text));

    [Fact]
    public void Long_scenarios_run_on_every_major_that_is_named_and_by_default_on_the_newest()
    {
        Assert.Equal([15, 18], TestEnvironment.ScenariosOn([15, 18], named: true));
        Assert.Equal([18], TestEnvironment.ScenariosOn([15, 18], named: false));
    }

    [Theory]
    [InlineData("9.6")]
    [InlineData("15-11")]
    [InlineData("11-")]
    [InlineData("latest")]
    public void Anything_else_is_refused_by_name(string text) =>
        Assert.Contains(text, Assert.Throws<FormatException>(() => TestEnvironment.ParseMajors(text)).Message, StringComparison.Ordinal);
}
