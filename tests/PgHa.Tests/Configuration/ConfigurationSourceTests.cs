namespace PgHa.Tests.Configuration;

public class ConfigurationSourceTests
{
    private static ConfigurationSource Source(string path, string text) => new(path, ConfigurationFile.Parse(text));

    private static readonly ConfigurationSource Main = Source(
        "main.conf", "a = 1\ninclude_dir 'conf.d'\nb = main\ninclude 'last.conf'\n") with
    {
        Included = new Dictionary<int, IReadOnlyList<ConfigurationSource>>
        {
            [2] =
            [
                Source("conf.d/00.conf", "A = 2\nb = zero\nc = zero\n"),
                Source("conf.d/01.conf", "include 'deep.conf'\nc = one\n") with
                {
                    Included =
                        new Dictionary<int, IReadOnlyList<ConfigurationSource>> { [1] = [Source("deep.conf", "c = deep\nd = deep\n")] },
                },
            ],
        },
    };

    [Theory]
    [InlineData("a", "2", "conf.d/00.conf:1")]
    [InlineData("b", "main", "main.conf:3")]
    [InlineData("C", "one", "conf.d/01.conf:2")]
    [InlineData("d", "deep", "deep.conf:2")]
    public void The_last_line_in_reading_order_wins_across_files(string name, string value, string location)
    {
        LocatedSetting found = Main.Find(name)!;

        Assert.Equal(value, found.Entry.Value);
        Assert.Equal(location, found.ToString());
    }

    [Fact]
    public void An_include_that_brought_nothing_in_is_passed_over() =>
        Assert.Equal(["1", "2", "zero", "zero", "deep", "deep", "one", "main"], Main.Settings.Select(setting => setting.Entry.Value));

    [Fact]
    public void A_setting_in_no_file_is_not_found() => Assert.Null(Main.Find("absent"));
}
