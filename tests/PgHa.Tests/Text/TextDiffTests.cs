using System.Globalization;

namespace PgHa.Tests.Text;

public class TextDiffTests
{
    public static TheoryData<int> Seeds => Generated.Seeds(60);

    [Fact]
    public void Equal_texts_have_no_difference() => Assert.Equal("", TextDiff.Unified("a\nb\n", "a\nb\n", "f"));

    [Fact]
    public void A_changed_line_is_shown_with_three_lines_around_it() => Assert.Equal(
        "--- postgresql.conf\n+++ postgresql.conf\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
        TextDiff.Unified("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "postgresql.conf"));

    [Fact]
    public void A_new_file_is_all_additions() =>
        Assert.Equal("--- f\n+++ f\n@@ -0,0 +1,2 @@\n+a\n+b\n", TextDiff.Unified("", "a\nb\n", "f"));

    [Fact]
    public void A_missing_last_line_break_is_told() => Assert.Equal(
        "--- f\n+++ f\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n", TextDiff.Unified("a", "a\n", "f"));

    [Fact]
    public void Distant_changes_have_hunks_of_their_own_and_near_ones_share_one()
    {
        string before = string.Concat(Enumerable.Range(1, 30).Select(i => $"{i}\n"));

        string near = TextDiff.Unified(
            before, before.Replace("10\n", "x\n", StringComparison.Ordinal).Replace("17\n", "y\n", StringComparison.Ordinal), "f");
        string distant = TextDiff.Unified(
            before, before.Replace("10\n", "x\n", StringComparison.Ordinal).Replace("18\n", "y\n", StringComparison.Ordinal), "f");

        Assert.Equal(1, near.Split("@@ -").Length - 1);
        Assert.Equal(2, distant.Split("@@ -").Length - 1);
    }

    [Theory]
    [InlineData("primary_conninfo = 'host=a password=secret user=b'")]
    [InlineData("primary_conninfo = 'host=a password = ''se cret'' user=b'")]
    [InlineData(@"primary_conninfo = 'host=a PASSWORD=\'it\\\'s secret\''")]
    [InlineData("primary_conninfo = 'postgresql://repl:secret@host:5432/'")]
    [InlineData("primary_conninfo = 'postgresql://host/?user=a&password=secret&sslpassword=secret'")]
    [InlineData("archive_command = 'PGPASSWORD=secret pg_thing %p'")]
    [InlineData("host all all all ldap \"ldapbindpasswd=my secret\"")]
    [InlineData("host all all all radius radiussecrets=secret")]
    public void No_password_is_shown(string line)
    {
        string diff = TextDiff.Unified("a\n", $"a\n{line}\n", "f");

        Assert.DoesNotContain("cret", diff.Replace("radiussecrets", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.EndsWith("\n", diff, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_the_password_alone_is_seen_without_the_password() => Assert.Equal(
        "--- f\n+++ f\n@@ -1,1 +1,1 @@\n-c = 'password=********\n+c = 'password=********\n",
        TextDiff.Unified("c = 'password=one'\n", "c = 'password=two'\n", "f"));

    [Fact]
    public void Settings_about_passwords_are_no_passwords() => Assert.Contains(
        "+password_encryption = 'scram-sha-256'\n", TextDiff.Unified("", "password_encryption = 'scram-sha-256'\n", "f"),
        StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_new_text_is_the_old_one_with_the_difference_applied(int seed)
    {
        Random random = new(seed);
        List<string> lines = [.. random.Repeat(40, () => random.Pick("a", "b", "c", "d") + "\n")];
        string before = string.Concat(lines).TrimEnd(random.Pick('\n', '!'));
        foreach (int _ in Enumerable.Range(0, random.Next(6)))
        {
            int at = random.Next(lines.Count + 1);
            if (random.Next(2) == 0 || at == lines.Count)
                lines.Insert(at, random.Pick("x\n", "a\n"));
            else
                lines.RemoveAt(at);
        }

        string after = string.Concat(lines).TrimEnd(random.Pick('\n', '!'));

        Assert.Equal(after, Patch(before, TextDiff.Unified(before, after, "f")));
    }

    private static string Patch(string text, string diff)
    {
        List<string> old = RawText.SplitLines(text);
        List<string> edits = RawText.SplitLines(diff);
        List<string> result = [];
        int next = 0;
        for (int i = 2; i < edits.Count; i++)
        {
            bool endsWithoutBreak = i + 1 < edits.Count && edits[i + 1][0] == '\\';
            string line = endsWithoutBreak ? edits[i][1..^1] : edits[i][1..];
            if (edits[i][0] == '@')
            {
                int start = StartOfOldRange(edits[i]);
                result.AddRange(old[next..start]);
                next = start;
            }
            else if (edits[i][0] is ' ' or '-')
                Assert.Equal(old[next++], line);

            if (edits[i][0] is ' ' or '+')
                result.Add(line);
        }

        result.AddRange(old[next..]);
        return string.Concat(result);
    }

    // "@@ -2,7 +2,7 @@" begins at index 1; an empty range names the line before it.
    private static int StartOfOldRange(string header)
    {
        int[] range = [.. header.Split(' ')[1][1..].Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        return range[1] == 0 ? range[0] : range[0] - 1;
    }
}
