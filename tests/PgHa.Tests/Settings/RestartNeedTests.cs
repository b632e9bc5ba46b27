namespace PgHa.Tests.Settings;

/// <summary>Whether a restart would change a setting that the server has marked as pending.</summary>
public class RestartNeedTests
{
    [Theory]
    [InlineData("default", "100", "150", true)]
    [InlineData("default", "100", "100", false)]
    [InlineData("default", "100", null, false)]
    [InlineData("configuration file", "150", null, true)]
    [InlineData("configuration file", "100", null, false)]
    [InlineData("command line", "120", "150", false)]
    public void Only_a_value_that_the_next_start_would_take_is_pending(string source, string now, string? inFile, bool isPending) =>
        Assert.Equal(isPending, RestartNeed.Of(
            new PgSetting
            {
                Server = PgInstance.Parse("127.0.0.1:5432"),
                Name = "max_connections",
                Value = now,
                Default = "100",
                Source = source,
                Type = SettingType.Integer,
                PendingRestart = true,
            },
            inFile));

    [Theory]
    [InlineData("timezone", "TimeZone")]
    [InlineData("DATESTYLE", "DateStyle")]
    [InlineData("Work_Mem", "work_mem")]
    [InlineData("MyExt.Foo", "MyExt.Foo")]
    public void A_name_is_spelt_as_the_server_spells_it(string given, string name) => Assert.Equal(name, SettingName.Canonical(given));
}
