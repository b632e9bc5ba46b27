using System.Diagnostics;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Tests.Machines;

public sealed class ShellQuotingTests
{
    public static TheoryData<string> Words =>
        [
            "", "plain", "/a/b-c_d.e:f,g+h@i", "a b", "it's", "''", "\"", "$HOME", "`id`", "\\", "two\nlines", "*", "~", "a=b", "#", "!",
            "é", "%s", "-n", "\t"
        ];

    [Theory]
    [InlineData("/var/lib/pgsql", "/var/lib/pgsql")]
    [InlineData("", "''")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", @"'it'\''s'")]
    public void A_word_is_quoted_where_it_has_to_be(string word, string quoted) => Assert.Equal(quoted, ShellQuoting.Quote(word));

    [Theory]
    [MemberData(nameof(Words))]
    public async Task A_shell_reads_back_what_was_quoted(string word)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no POSIX shell");
        using Process shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", $"printf '<%s>' {ShellQuoting.Quote(word)}"]) { RedirectStandardOutput = true })!;
        Assert.Equal($"<{word}>", await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void No_word_holds_a_NUL() => Assert.Throws<ArgumentException>(() => ShellQuoting.Quote("a\0b"));
}
