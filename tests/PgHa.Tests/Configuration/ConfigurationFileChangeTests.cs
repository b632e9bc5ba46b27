namespace PgHa.Tests.Configuration;

public class ConfigurationFileChangeTests
{
    [Theory]
    [InlineData("port = 5432\t\t# the port\n", "port = 9420\t\t# the port\n")]
    [InlineData("  PORT\t5432#c\r\n", "  PORT\t9420#c\r\n")]
    [InlineData("port='5432'", "port=9420")]
    [InlineData("port'5432'\n", "port'9420'\n")]
    public void A_value_is_changed_in_place(string before, string after) =>
        Assert.Equal(after, ConfigurationFile.Parse(before).Set("port", "9420").Text);

    [Fact]
    public void A_line_that_says_so_already_keeps_its_bytes()
    {
        ConfigurationFile file = ConfigurationFile.Parse("port\t=  '9420' # c\n");

        Assert.Same(file, file.Set("port", "9420"));
    }

    [Fact]
    public void Of_duplicates_only_the_last_stays() => Assert.Equal(
        "# a\nb = 1\nport = 9420 # two\n",
        ConfigurationFile.Parse("# a\nport = 1 # one\nb = 1\nPort = 5\nport = 2 # two\n").Set("port", "9420").Text);

    [Fact]
    public void Duplicates_go_even_if_the_last_one_says_so_already() => Assert.Equal(
        "port = 2\n", ConfigurationFile.Parse("port = 1\nport = 2\n").Set("port", "2").Text);

    [Theory]
    [InlineData("", "wal_level = replica\n")]
    [InlineData("a = 1", "a = 1\nwal_level = replica\n")]
    [InlineData("a = 1\r\n", "a = 1\r\nwal_level = replica\r\n")]
    public void A_new_setting_comes_at_the_end(string before, string after) =>
        Assert.Equal(after, ConfigurationFile.Parse(before).Set("wal_level", "replica").Text);

    [Fact]
    public void A_new_setting_follows_its_commented_out_default_and_what_explains_it() => Assert.Equal(
        "#wal_level = replica\t# minimal, replica, or logical\n\t\t# (change requires restart)\nwal_level = logical\n#fsync = on\n",
        ConfigurationFile.Parse("#wal_level = replica\t# minimal, replica, or logical\n\t\t# (change requires restart)\n#fsync = on\n")
            .Set("wal_level", "logical").Text);

    [Fact]
    public void A_comment_that_merely_speaks_of_a_setting_is_not_its_default() => Assert.Equal(
        "# port is below\n#reporting_port = 1\n#fsync = on\nport = 1\n",
        ConfigurationFile.Parse("# port is below\n#reporting_port = 1\n#fsync = on\n").Set("port", "1").Text);

    [Fact]
    public void A_commented_out_default_in_the_last_line_gets_its_line_break() => Assert.Equal(
        "# Port=1\nport = 2\n", ConfigurationFile.Parse("# Port=1").Set("port", "2").Text);

    [Fact]
    public void Several_settings_are_set_at_once() => Assert.Equal(
        "port = 2\nwal_level = replica\n",
        ConfigurationFile.Parse("port = 1\n").Set(new Dictionary<string, string> { ["port"] = "2", ["wal_level"] = "replica" }).Text);

    [Fact]
    public void Removing_drops_every_active_line_and_no_comment() => Assert.Equal(
        "#port = 1\nb = 2\n", ConfigurationFile.Parse("#port = 1\nport = 1\nb = 2\nPORT 3").Remove("port").Text);

    [Fact]
    public void Removing_what_is_not_there_changes_nothing()
    {
        ConfigurationFile file = ConfigurationFile.Parse("a = 1\n");

        Assert.Same(file, file.Remove("port"));
    }

    [Fact]
    public void An_include_is_neither_changed_nor_removed_as_a_setting()
    {
        ConfigurationFile file = ConfigurationFile.Parse("include 'a.conf'\n");

        Assert.Same(file, file.Remove("include"));
        Assert.Equal(0, Assert.Throws<MalformedTextException>(() => file.Set("include", "b.conf")).Position);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(" port", 0)]
    [InlineData("1port", 0)]
    [InlineData("wal level", 3)]
    [InlineData("port\nfsync", 4)]
    [InlineData("a.b.c", 0)]
    [InlineData("port#", 4)]
    public void A_name_that_is_none_says_where(string name, int position) =>
        Assert.Equal(position, Assert.Throws<MalformedTextException>(() => ConfigurationFile.Empty.Set(name, "1")).Position);

    [Fact]
    public void A_value_with_a_NUL_is_refused_without_showing_it()
    {
        var error = Assert.Throws<MalformedTextException>(() => ConfigurationFile.Empty.Set("a", "secret\0"));

        Assert.Equal(6, error.Position);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }
}
