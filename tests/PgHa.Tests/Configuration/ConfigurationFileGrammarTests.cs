using System.Text;

namespace PgHa.Tests.Configuration;

/// <summary>What the server reads out of a file, by the rules of guc-file.l.</summary>
public class ConfigurationFileGrammarTests
{
    private const string Sample = """
        # -----------------------------
        # PostgreSQL configuration file
        # -----------------------------
        #data_directory = 'ConfigDir'		# use data in another directory
        listen_addresses = '*'			# what IP address(es) to listen on;
        					# defaults to 'localhost'; use '*' for all
        port = 9420				# (change requires restart)
        max_connections=100
        shared_buffers = 128MB			# min 128kB
        Wal_Level	replica
        checkpoint_completion_target = .9
        log_timezone = Etc/UTC
        vacuum_cost_delay = -1
        archive_command = 'test ! -f /a/%f && cp %p /a/%f'
        search_path = '"$user", public'
        pg_stat_statements.track = all
        include_dir 'conf.d'
        INCLUDE_IF_EXISTS = 'local.conf'
        include base/extra.conf
        port = 9421
        """;

    private static string? Value(string line) => ConfigurationFile.Parse(line)["x"];

    [Fact]
    public void A_sample_file_gives_its_settings_and_directives_with_their_lines()
    {
        ConfigurationFile file = ConfigurationFile.Parse(Sample);

        Assert.Equal(
            [
                "5 Setting listen_addresses *",
                "7 Setting port 9420",
                "8 Setting max_connections 100",
                "9 Setting shared_buffers 128MB",
                "10 Setting Wal_Level replica",
                "11 Setting checkpoint_completion_target .9",
                "12 Setting log_timezone Etc/UTC",
                "13 Setting vacuum_cost_delay -1",
                "14 Setting archive_command test ! -f /a/%f && cp %p /a/%f",
                "15 Setting search_path \"$user\", public",
                "16 Setting pg_stat_statements.track all",
                "17 IncludeDirectory include_dir conf.d",
                "18 IncludeIfExists INCLUDE_IF_EXISTS local.conf",
                "19 Include include base/extra.conf",
                "20 Setting port 9421",
            ],
            file.Entries.Select(entry => $"{entry.LineNumber} {entry.Kind} {entry.Name} {entry.Value}"));
    }

    [Fact]
    public void The_last_of_several_lines_wins_and_case_does_not_matter()
    {
        ConfigurationFile file = ConfigurationFile.Parse(Sample);

        Assert.Equal("9421", file["PORT"]);
        Assert.Equal("replica", file["wal_level"]);
        Assert.True(file.Contains("Listen_Addresses"));
    }

    [Fact]
    public void A_comment_and_a_directive_are_no_settings()
    {
        ConfigurationFile file = ConfigurationFile.Parse(Sample);

        Assert.Null(file["data_directory"]);
        Assert.False(file.Contains("data_directory"));
        Assert.Null(file["include"]);
    }

    [Theory]
    [InlineData("x = 'it''s'", "it's")]
    [InlineData(@"x = 'it\'s'", "it's")]
    [InlineData(@"x = 'a\\b'", @"a\b")]
    [InlineData(@"x = 'a\nb\rc\td\be\ff'", "a\nb\rc\td\be\ff")]
    [InlineData(@"x = '\101\60\7z'", "A0\az")]
    [InlineData(@"x = '\1012'", "A2")]
    [InlineData(@"x = '\303\251'", "é")]
    [InlineData(@"x = '\q\%'", "q%")]
    [InlineData(@"x = 'seen\000unseen'", "seen")]
    [InlineData("x = ''", "")]
    [InlineData("x = 'a''''b'''", "a''b'")]
    [InlineData("x = 'a # b' # c", "a # b")]
    [InlineData("x = 'größe'", "größe")]
    [InlineData("x = größe", "größe")]
    public void A_string_loses_its_quotes_and_escapes(string line, string expected) => Assert.Equal(expected, Value(line));

    [Theory]
    [InlineData("x=1", "1")]
    [InlineData("x 1", "1")]
    [InlineData("\t x\t=\t1\t", "1")]
    [InlineData("x=1#comment", "1")]
    [InlineData("x'quoted'", "quoted")]
    [InlineData("x+5", "+5")]
    [InlineData("x = +0x1F", "+0x1F")]
    [InlineData("x = 16MB", "16MB")]
    [InlineData("x = 1.5e-3", "1.5e-3")]
    [InlineData("x = .", ".")]
    [InlineData("x = a:b/c-d.e", "a:b/c-d.e")]
    [InlineData("x = a.b.c", "a.b.c")]
    [InlineData("x = 1\r", "1")]
    public void Spacing_and_the_equals_sign_are_free(string line, string expected) => Assert.Equal(expected, Value(line));

    [Theory]
    [InlineData("= 1", 0, "name of a setting")]
    [InlineData("  'x' = 1", 2, "name of a setting")]
    [InlineData("a.b.c = 1", 0, "name of a setting")]
    [InlineData("x", 1, "expected a value")]
    [InlineData("x = # nothing", 4, "expected a value")]
    [InlineData("x == 1", 3, "expected a value")]
    [InlineData("include base.conf", 8, "single quotes around a value with a dot")]
    [InlineData("x-5", 0, "name of a setting")]
    [InlineData("x = a.b", 4, "single quotes around a value with a dot")]
    [InlineData("x = %p", 4, "needs single quotes")]
    [InlineData("x = 'open", 4, "closing quote")]
    [InlineData(@"x = 'open\'", 4, "closing quote")]
    [InlineData("x = 1.5h", 7, "end of the line, or a comment")]
    [InlineData("x = 1e5", 6, "end of the line, or a comment")]
    [InlineData("x = on off", 7, "end of the line, or a comment")]
    [InlineData("x = 'größe' y", 12, "end of the line, or a comment")]
    public void A_malformed_line_says_where_and_what(string line, int position, string expectation)
    {
        var error = Assert.Throws<MalformedTextException>(() => ConfigurationFile.Parse($"# one\n\n{line}\r\nx = 1\n"));

        Assert.Equal(position, error.Position);
        Assert.Equal(3, error.Line);
        Assert.Contains(expectation, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("primary_conninfo = 'host=a password=it's secret user=b'")]
    [InlineData("primary_conninfo = postgresql://user:secret@host/")]
    [InlineData("primary_conninfo = \"password=secret\"")]
    public void The_error_of_a_malformed_line_shows_no_password(string line)
    {
        var error = Assert.Throws<MalformedTextException>(() => ConfigurationFile.Parse(line));

        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_no_UTF8_is_read_as_Latin1()
    {
        ConfigurationFile file = ConfigurationFile.Parse(Encoding.Latin1.GetBytes("x = 'größe'\n"));

        Assert.Equal("größe", file["x"]);
    }

    [Fact]
    public void A_recovery_conf_has_the_same_grammar()
    {
        ConfigurationFile file = ConfigurationFile.Parse("standby_mode = 'on'\nrestore_command = 'cp /a/%f \"%p\"'\n");

        Assert.Equal("on", file["standby_mode"]);
        Assert.Equal("cp /a/%f \"%p\"", file["restore_command"]);
    }
}
