using System.Text;

namespace PgHa.Tests.PassFiles;

public class PassFileTests
{
    private const string Sample = """
        # the cluster
        10.0.0.1:9420:replication:repl:first

        10.0.0.1:*:*:repl:second
        localhost:5432:postgres:postgres:a\:b\\c
        fe80\:\:1:5432:*:*:v6
        too:few:fields
        *:*:*:*:last:ignored
        """;

    public static TheoryData<int> Seeds => Generated.Seeds(60);

    private static PassFileEntry Entry(string password) =>
        new(new PassFileKey("10.0.0.2", "5432", PassFileKey.Replication, "repl"), password);

    private static string Set(string file, PassFileEntry entry) => Encoding.UTF8.GetString(PassFile.Parse(file).Set(entry).ToBytes());

    [Theory]
    [InlineData("10.0.0.1", 9420, "replication", "repl", "first")]
    [InlineData("10.0.0.1", 9421, "replication", "repl", "second")]
    [InlineData("10.0.0.1", 9420, "postgres", "repl", "second")]
    [InlineData("fe80::1", 5432, "app", "anna", "v6")]
    [InlineData("localhost", 5432, "postgres", "postgres", @"a:b\c")]
    [InlineData("", 5432, "postgres", "postgres", @"a:b\c")]
    [InlineData("/tmp", 5432, "postgres", "postgres", @"a:b\c")]
    [InlineData("/var/run/postgresql", 5432, "postgres", "postgres", @"a:b\c")]
    [InlineData("/srv/socket", 5432, "postgres", "postgres", "last")]
    public void The_first_entry_that_fits_is_found(string host, int port, string database, string user, string password) =>
        Assert.Equal(password, PassFile.Parse(Sample).Find(host, port, database, user)!.RevealPassword());

    [Fact]
    public void Without_an_entry_that_fits_nothing_is_found()
    {
        Assert.Null(PassFile.Empty.Find("a", 1, "b", "c"));
        Assert.Null(PassFile.Parse("a:2:b:c:d\n#a:1:b:c:d\n").Find("a", 1, "b", "c"));
    }

    [Fact]
    public void Comments_and_lines_with_too_few_fields_are_passed_over() =>
        Assert.Equal(5, PassFile.Parse(Sample).Entries.Count);

    [Fact]
    public void No_password_is_printed()
    {
        PassFile file = PassFile.Parse(Sample);

        Assert.Equal("10.0.0.1:9420:replication:repl:********", file.Entries[0].ToString());
        Assert.StartsWith(
            "10.0.0.1:9420:replication:repl:********\n10.0.0.1:*:*:repl:********\n", file.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("second", file.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_is_read_and_written_with_its_escapes()
    {
        PassFileEntry entry = PassFileEntry.Parse(@"fe80\:\:1:5432:d\\b:a\:b:p\:w\\");

        Assert.Equal(new PassFileKey("fe80::1", "5432", @"d\b", "a:b"), entry.Key);
        Assert.Equal(@"p:w\", entry.RevealPassword());
        Assert.Equal(@"fe80\:\:1:5432:d\\b:a\:b:p\:w\\", entry.ToLine());
    }

    [Theory]
    [InlineData("")]
    [InlineData("host:5432:db:secret")]
    [InlineData(@"host:5432:db:user\:secret")]
    [InlineData("#host:5432:db:user:secret")]
    public void An_entry_with_too_few_fields_says_where_it_ends_and_shows_nothing(string text)
    {
        var error = Assert.Throws<MalformedTextException>(() => PassFileEntry.Parse(text));

        Assert.Equal(text.Length, error.Position);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "10.0.0.2:5432:replication:repl:new\n")]
    [InlineData("# c", "# c\n10.0.0.2:5432:replication:repl:new\n")]
    [InlineData("a:1:b:c:d\r\n", "a:1:b:c:d\r\n10.0.0.2:5432:replication:repl:new\r\n")]
    [InlineData(
        "a:1:b:c:d\n10.0.0.2:*:*:repl:x\n*:*:*:*:y\n", "a:1:b:c:d\n10.0.0.2:5432:replication:repl:new\n10.0.0.2:*:*:repl:x\n*:*:*:*:y\n")]
    [InlineData("*:5433:*:*:x\n", "*:5433:*:*:x\n10.0.0.2:5432:replication:repl:new\n")]
    public void A_new_entry_comes_before_the_first_that_shadows_it(string before, string after) =>
        Assert.Equal(after, Set(before, Entry("new")));

    [Theory]
    [InlineData("#\n10.0.0.2:5432:replication:repl:old\na:1:b:c:d", "#\n10.0.0.2:5432:replication:repl:new\na:1:b:c:d")]
    [InlineData("10.0.0.2:5432:replication:repl:old\n10.0.0.2:5432:replication:repl:older\n", "10.0.0.2:5432:replication:repl:new\n")]
    [InlineData("10.0.0.2:5432:replication:repl:new\n10.0.0.2:5432:replication:repl:older\n", "10.0.0.2:5432:replication:repl:new\n")]
    [InlineData("*:*:*:*:x\n10.0.0.2:5432:replication:repl:new\n", "10.0.0.2:5432:replication:repl:new\n*:*:*:*:x\n")]
    public void An_entry_with_the_same_key_is_replaced(string before, string after) => Assert.Equal(after, Set(before, Entry("new")));

    [Fact]
    public void An_entry_that_is_there_is_not_set_again()
    {
        PassFile file = PassFile.Parse("10.0.0.2:5432:replication:repl:new\n*:*:*:*:x");

        Assert.Same(file, file.Set(Entry("new")));
    }

    [Fact]
    public void A_wildcard_entry_comes_after_the_special_ones() =>
        Assert.Equal("a:1:b:c:d\n*:*:*:*:x\n", Set("a:1:b:c:d\n", new PassFileEntry(new PassFileKey("*", "*", "*", "*"), "x")));

    [Fact]
    public void Removing_drops_the_key_and_nothing_else()
    {
        PassFile file = PassFile.Parse("# c\n10.0.0.2:5432:replication:repl:x\n*:*:*:*:y");

        Assert.Equal("# c\n*:*:*:*:y", Encoding.UTF8.GetString(file.Remove(Entry("").Key).ToBytes()));
        Assert.Same(file, file.Remove(new PassFileKey("a", "1", "b", "c")));
    }

    [Theory]
    [InlineData("xyz\n")]
    [InlineData("xyz\r")]
    [InlineData("xyz\0")]
    public void What_a_line_cannot_hold_is_refused_without_showing_it(string password)
    {
        var error = Assert.Throws<MalformedTextException>(() => PassFile.Empty.Set(Entry(password)));

        Assert.Equal(Entry("").ToLine().Length + password.AsSpan().IndexOfAny('\n', '\r', '\0'), error.Position);
        Assert.DoesNotContain(password[..3], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_looks_like_a_comment_is_escaped()
    {
        PassFileEntry entry = new(new PassFileKey("#a", "1", "b", "c"), "d");

        Assert.Equal("d", PassFile.Parse(PassFile.Empty.Set(entry).ToBytes()).Find("#a", 1, "b", "c")!.RevealPassword());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_set_password_is_found_and_the_other_lines_stay(int seed)
    {
        Random random = new(seed);
        string field() => random.Pick("*", "a", "b:c", @"d\", "é€");
        byte[] bytes =
        [
            .. Encoding.Latin1.GetBytes(string.Join('\n', random.Repeat(8, () => random.Text("#*a:\\é\u00ff\0\r ", 14)))),
            .. random.Pick("", "\n", "\r\n").Select(c => (byte)c)
        ];
        PassFile before = PassFile.Parse(bytes);
        PassFileEntry entry = new(new PassFileKey(field(), random.Pick("1", "*"), field(), field()), random.Text("ab:\\#*é😀 ", 8));

        PassFile after = PassFile.Parse(before.Set(entry).ToBytes());

        Assert.Equal(bytes, before.ToBytes());
        Assert.Equal(entry.RevealPassword(), after.Find(entry.Key.Host, 1, entry.Key.Database, entry.Key.User)!.RevealPassword());
        Assert.Equal(
            before.Entries.Where(other => other.Key != entry.Key).Select(Revealed),
            after.Entries.Where(other => other.Key != entry.Key).Select(Revealed));

        static string Revealed(PassFileEntry entry) => $"{entry.Key}:{entry.RevealPassword()}";
    }
}
