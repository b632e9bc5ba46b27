namespace PgHa.Tests.Servers;

/// <summary>What postmaster.opts says of the command line that a server was started with.</summary>
public class PostmasterOptionsTests
{
    private const string Started =
        "/opt/my pg/bin/postgres \"-D\" \"/srv/my data\" \"-c\" \"port=5433\" \"-p5434\" \"-c\" \"cluster_name=the 'first'\" "
        + "\"--work-mem=8MB\" \"-i\" \"-c\" \"primary_conninfo=host=a password=s3cret\"\n";

    [Fact]
    public void The_data_directory_is_left_out_and_every_other_argument_is_kept_as_it_was() => Assert.Equal(
        [
            "-c", "port=5433", "-p5434", "-c", "cluster_name=the 'first'", "--work-mem=8MB", "-i", "-c",
            "primary_conninfo=host=a password=s3cret"
        ],
        PostmasterOptions.Parse(Started).SelectMany(option => option.Words));

    [Theory]
    [InlineData("/usr/bin/postgres \"-D\" \"/srv/my data\" \"-c\" \"port=1\"\n", "/srv/my data")]
    [InlineData("/usr/bin/postgres \"-D/etc/postgres\"\n", "/etc/postgres")]
    [InlineData("/usr/bin/postgres \"-c\" \"port=1\"\n", null)]
    [InlineData("/usr/bin/postgres\n", null)]
    public void The_directory_of_the_command_line_is_told(string text, string? directory) =>
        Assert.Equal(directory, PostmasterOptions.DirectoryOf(text));

    [Theory]
    [InlineData("port", "5434")]
    [InlineData("cluster_name", "the 'first'")]
    [InlineData("WORK_MEM", "8MB")]
    [InlineData("shared_buffers", null)]
    public void A_setting_has_its_last_value(string setting, string? value) =>
        Assert.Equal(value, PostmasterOptions.ValueOf(PostmasterOptions.Parse(Started), setting));

    [Theory]
    [InlineData("-c", "primary_conninfo=host=a", true)]
    [InlineData("-c", "recovery_target_time=2020-01-01", true)]
    [InlineData("-c", "port=5433", false)]
    [InlineData("-p", "5433", false)]
    public void Settings_of_recovery_are_known(string option, string value, bool isOfRecovery) =>
        Assert.Equal(isOfRecovery, Assert.Single(PostmasterOptions.Parse($"/usr/bin/postgres \"{option}\" \"{value}\"\n")).IsOfRecovery);

    [Fact]
    public void A_server_without_options_has_none_and_a_password_is_not_shown()
    {
        Assert.Empty(PostmasterOptions.Parse("/usr/bin/postgres \"-D\" \"/srv/a\"\n"));
        Assert.Empty(PostmasterOptions.Parse("/usr/bin/postgres\n"));
        Assert.DoesNotContain("s3cret", string.Join(' ', PostmasterOptions.Parse(Started)), StringComparison.Ordinal);
    }
}
