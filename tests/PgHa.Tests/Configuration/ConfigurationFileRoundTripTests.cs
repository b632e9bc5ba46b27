using System.Text;

namespace PgHa.Tests.Configuration;

/// <summary>Whatever a change is not about stays as it is, byte for byte.</summary>
public class ConfigurationFileRoundTripTests
{
    public static TheoryData<int> Seeds => Generated.Seeds(60);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_parsed_file_gives_its_bytes_back(int seed)
    {
        byte[] bytes = File(new Random(seed));

        Assert.Equal(bytes, ConfigurationFile.Parse(bytes).ToBytes());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_set_value_is_read_back_and_every_other_setting_stays(int seed)
    {
        Random random = new(seed);
        ConfigurationFile before = ConfigurationFile.Parse(File(random));
        string name = random.Pick("port", "wal_level", "my.option", "absent");
        string value = random.Text("abc 019'\\\"#=\n\r\té€😀.-", 12);

        ConfigurationFile after = before.Set(name, value);

        Assert.Equal(value, after[name]);
        Assert.Equal(value, ConfigurationFile.Parse(after.ToBytes())[name]);
        Assert.Single(after.Entries, entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(Others(before, name), Others(after, name));
        Assert.Same(after, after.Set(name, value));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_removed_setting_is_gone_and_every_other_line_stays(int seed)
    {
        Random random = new(seed);
        ConfigurationFile before = ConfigurationFile.Parse(File(random));

        ConfigurationFile after = before.Remove("port");

        Assert.False(after.Contains("port"));
        Assert.Equal(Others(before, "port"), Others(after, "port"));
        Assert.Equal(Comments(before), Comments(after));
    }

    [Fact]
    public void Bytes_of_any_encoding_in_comments_survive_a_change()
    {
        byte[] bytes = [.. "# "u8, 0xFF, 0xFE, 0x00, 0x80, .. "\r\nport = 1 # "u8, 0xE9, .. "\r\n"u8];

        byte[] changed = ConfigurationFile.Parse(bytes).Set("port", "2").ToBytes();

        Assert.Equal([.. "# "u8, 0xFF, 0xFE, 0x00, 0x80, .. "\r\nport = 2 # "u8, 0xE9, .. "\r\n"u8], changed);
    }

    [Fact]
    public void The_servers_own_sample_gives_its_bytes_back()
    {
        foreach (string path in new[] { "postgresql.conf.sample", "recovery.conf.sample" }
            .Select(name => $"/usr/share/postgresql/15/{name}"))
        {
            if (System.IO.File.Exists(path))
                Assert.Equal(System.IO.File.ReadAllBytes(path), ConfigurationFile.Parse(System.IO.File.ReadAllBytes(path)).ToBytes());
        }
    }

    [Fact]
    public void The_string_form_masks_passwords_and_the_text_does_not()
    {
        ConfigurationFile file = ConfigurationFile.Parse("primary_conninfo = 'host=a password=secret'\nport = 1\n");

        Assert.Equal("primary_conninfo = 'host=a password=********\nport = 1\n", file.ToString());
        Assert.DoesNotContain("secret", file.Entries[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("primary_conninfo = 'host=a password=secret'\nport = 1\n", file.Text);
    }

    private static IEnumerable<string> Others(ConfigurationFile file, string name) => file.Entries
        .Where(entry => !entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        .Select(entry => $"{entry.Kind} {entry.Name} {entry.Value}");

    private static IEnumerable<string> Comments(ConfigurationFile file) =>
        Encoding.Latin1.GetString(file.ToBytes()).Split('\n').Where(line => line.TrimStart().StartsWith('#'))
            .Select(line => line.TrimEnd());

    private static byte[] File(Random random)
    {
        string newLine = random.Pick("\n", "\r\n");
        string text = string.Join(newLine, random.Repeat(12, () => Line(random))) + random.Pick("", newLine);
        return Encoding.Latin1.GetBytes(text);
    }

    private static string Line(Random random) => random.Next(6) switch
    {
        0 => random.Pick("", "   ", "\t"),
        1 => random.Pick("#", "  # ", "#port = 5432 # ") + random.Text("abc 'é\u00ff\\=\t", 10),
        2 => random.Pick("include 'a.conf'", "include_dir = conf", "Include_If_Exists x"),
        _ => random.Pick("", " ", "\t")
            + random.Pick("port", "PORT", "wal_level", "my.option", "other")
            + random.Pick(" ", "=", " = ", "\t=\t")
            + random.Pick("1", "16MB", "replica", "'it''s'", @"'a\\b\n\101'", "''", "'\u00e9 = # '", "a-b/c")
            + random.Pick("", " ", "# c", "\t# it's 'open"),
    };
}
