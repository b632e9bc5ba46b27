using System.Text.Json;

namespace PgHa.Tests.Archiving;

public sealed class BarmanCheckTests
{
    // As Barman 3.4 prints it.
    private const string Output = """
        {"main": {"postgresql": {"status": "OK", "hint": ""},
        "wal_archive": {"status": "FAILED", "hint": "please make sure WAL shipping is setup"},
        "receive_wal_running": {"status": "FAILED", "hint": ""},
        "backup_maximum_age": {"status": "FAILED", "hint": "no last_backup_maximum_age provided"},
        "minimum_redundancy_requirements": {"status": "FAILED", "hint": "have 0 backups, expected at least 1"}}}
        """;

    [Fact]
    public void What_failed_is_told_apart_by_what_it_is_about()
    {
        IReadOnlyList<BarmanCheck> checks = BarmanCheck.Parse(Output, "main")!;

        Assert.Equal(
            ["wal_archive (please make sure WAL shipping is setup)", "receive_wal_running"],
            checks.Where(check => !check.Succeeded && !check.IsOfBackups).Select(check => check.ToString()));
        Assert.Equal(5, checks.Count);
        Assert.True(checks[0].Succeeded);
    }

    [Fact]
    public void A_server_that_Barman_does_not_know_has_no_checks() =>
        Assert.Null(BarmanCheck.Parse("""{"_ERROR": ["Unknown server 'other'"]}""", "other"));

    [Fact]
    public void Other_output_is_no_answer() => Assert.ThrowsAny<JsonException>(() => BarmanCheck.Parse("Permission denied", "main"));
}
