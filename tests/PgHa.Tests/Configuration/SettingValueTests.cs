namespace PgHa.Tests.Configuration;

public class SettingValueTests
{
    [Theory]
    [InlineData("on", true)]
    [InlineData("TRUE", true)]
    [InlineData("t", true)]
    [InlineData("y", true)]
    [InlineData("1", true)]
    [InlineData("off", false)]
    [InlineData("of", false)]
    [InlineData("False", false)]
    [InlineData("n", false)]
    [InlineData("0", false)]
    public void A_boolean_may_be_shortened_to_a_unique_beginning(string text, bool expected) =>
        Assert.Equal(expected, SettingValue.ParseBoolean(text));

    [Theory]
    [InlineData("")]
    [InlineData("o")]
    [InlineData("onn")]
    [InlineData(" on")]
    [InlineData("2")]
    [InlineData("00")]
    public void What_is_no_boolean_is_refused(string text)
    {
        Assert.False(SettingValue.TryParseBoolean(text, out _));
        Assert.Equal(0, Assert.Throws<MalformedTextException>(() => SettingValue.ParseBoolean(text)).Position);
    }

    [Theory]
    [InlineData("16MB", "8kB", 2048)]
    [InlineData("16384", "8kB", 16384)]
    [InlineData("1GB", "MB", 1024)]
    [InlineData("1TB", "kB", 1073741824)]
    [InlineData("8192B", "kB", 8)]
    [InlineData("30.1GB", "MB", 30822)]
    [InlineData("1.5h", "min", 90)]
    [InlineData("1.5h", "s", 5400)]
    [InlineData("2d", "min", 2880)]
    [InlineData("1500us", "ms", 2)]
    [InlineData("500us", "ms", 0)]
    [InlineData("10 min ", "s", 600)]
    [InlineData(" -1", "ms", -1)]
    [InlineData("1e3", "ms", 1000)]
    [InlineData("0x10", null, 16)]
    [InlineData("0777", "", 511)]
    [InlineData("010.5MB", "kB", 10752)]
    [InlineData(".5MB", "kB", 512)]
    [InlineData("0", "kB", 0)]
    public void A_whole_number_is_counted_in_the_settings_unit(string text, string? unit, double expected) =>
        Assert.Equal(expected, SettingValue.ParseNumber(text, SettingType.Integer, unit));

    [Fact]
    public void A_small_negative_number_rounds_to_a_plain_zero() =>
        Assert.Equal("0", SettingValue.Format(SettingValue.ParseNumber("-5us", SettingType.Integer, "ms"), "ms"));

    [Theory]
    [InlineData("2ms", "ms", 2)]
    [InlineData("500us", "ms", 0.5)]
    [InlineData("0.9", null, 0.9)]
    [InlineData("010", null, 10)]
    public void A_number_with_a_fraction_keeps_it(string text, string? unit, double expected) =>
        Assert.Equal(expected, SettingValue.ParseNumber(text, SettingType.Real, unit), 9);

    [Theory]
    [InlineData("", "kB", 0, "a number")]
    [InlineData("MB", "kB", 0, "a number")]
    [InlineData("1..2", "kB", 0, "a number")]
    [InlineData("08", "kB", 0, "a number")]
    [InlineData("-.5", "kB", 0, "a number")]
    [InlineData("16mb", "8kB", 2, "B, kB, MB, GB, TB")]
    [InlineData("16 MB", "ms", 3, "us, ms, s, min, h, d")]
    [InlineData("16MB", "", 2, "no unit")]
    public void A_number_that_is_none_says_where(string text, string unit, int position, string expectation)
    {
        var error = Assert.Throws<MalformedTextException>(() => SettingValue.ParseNumber(text, SettingType.Integer, unit));

        Assert.Equal(position, error.Position);
        Assert.Contains(expectation, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("XB")]
    [InlineData("0kB")]
    [InlineData("8")]
    public void A_unit_that_no_setting_has_is_refused(string unit) =>
        Assert.Throws<MalformedTextException>(() => SettingValue.Format(1, unit));

    [Theory]
    [InlineData("128MB", "16384", SettingType.Integer, "8kB", true)]
    [InlineData("128MB", "131072kB", SettingType.Integer, "8kB", true)]
    [InlineData("128MB", "128", SettingType.Integer, "8kB", false)]
    [InlineData("60s", "1min", SettingType.Integer, "s", true)]
    [InlineData("100", "100 ", SettingType.Integer, null, true)]
    [InlineData("0.50", ".5", SettingType.Real, null, true)]
    [InlineData("on", "TRUE", SettingType.Bool, null, true)]
    [InlineData("on", "off", SettingType.Bool, null, false)]
    [InlineData("Replica", "replica", SettingType.Enum, null, true)]
    [InlineData("on", "yes", SettingType.Enum, null, true)]
    [InlineData("on", "remote_apply", SettingType.Enum, null, false)]
    [InlineData("ON", "on", SettingType.String, null, false)]
    [InlineData("1", "1.0", SettingType.String, null, false)]
    [InlineData("nonsense", "nonsense", SettingType.Integer, "kB", true)]
    [InlineData("nonsense", "1", SettingType.Integer, "kB", false)]
    public void Values_are_equal_if_the_server_takes_them_for_the_same(
        string left, string right, SettingType type, string? unit, bool expected)
    {
        Assert.Equal(expected, SettingValue.AreEqual(left, right, type, unit));
        Assert.Equal(expected, SettingValue.AreEqual(right, left, type, unit));
    }

    [Theory]
    [InlineData(16384, "8kB", "128MB")]
    [InlineData(1, "8kB", "8kB")]
    [InlineData(1024, "MB", "1GB")]
    [InlineData(1025, "MB", "1025MB")]
    [InlineData(5400, "s", "90min")]
    [InlineData(0.5, "ms", "500us")]
    [InlineData(-1, "kB", "-1")]
    [InlineData(0, "s", "0")]
    [InlineData(100, null, "100")]
    [InlineData(0.9, "", "0.9")]
    public void A_number_is_printed_in_the_largest_unit_that_fits(double number, string? unit, string expected) =>
        Assert.Equal(expected, SettingValue.Format(number, unit));
}
