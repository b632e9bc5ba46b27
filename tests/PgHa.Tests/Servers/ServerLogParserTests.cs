namespace PgHa.Tests;

public sealed class ServerLogParserTests
{
    private static readonly PgInstance Server = new() { Name = "node21" };

    [Fact]
    public void The_lines_of_an_entry_are_put_together()
    {
        const string Text = """
            2026-01-02 03:04:05.678 UTC [4711] ERROR:  relation "t" does not exist at character 15
            2026-01-02 03:04:05.678 UTC [4711] DETAIL:  Some detail.
            2026-01-02 03:04:05.678 UTC [4711] HINT:  Some hint.
            2026-01-02 03:04:05.678 UTC [4711] CONTEXT:  PL/pgSQL function f() line 1
            2026-01-02 03:04:05.678 UTC [4711] STATEMENT:  select *
            	  from t
            2026-01-02 03:04:06.000 UTC [1] LOG:  checkpoint starting: time
            """;

        ServerLogEntry[] entries = [.. ServerLogParser.Parse(Server, new LogLinePrefix(LogLinePrefix.DefaultFormat), Text)];

        Assert.Equal(2, entries.Length);
        Assert.Equal(
            new ServerLogEntry
            {
                Server = Server,
                Time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
                Severity = LogSeverity.Error,
                ProcessId = 4711,
                Message = "relation \"t\" does not exist at character 15",
                Detail = "Some detail.",
                Hint = "Some hint.",
                Context = "PL/pgSQL function f() line 1",
                Statement = "select *\n  from t",
            },
            entries[0]);
        Assert.Equal((LogSeverity.Log, "checkpoint starting: time"), (entries[1].Severity, entries[1].Message));
    }

    [Fact]
    public void What_a_program_wrote_is_an_entry_of_its_own()
    {
        const string Text = """
            2026-01-02 03:04:05.678 UTC [9] LOG:  entering standby mode
            cp: cannot stat '/archive/000000010000000000000004': No such file or directory
            2026-01-02 03:04:07.000 UTC [9] LOG:  restored log file "000000010000000000000004" from archive
            """;

        ServerLogEntry[] entries = [.. ServerLogParser.Parse(Server, new LogLinePrefix(LogLinePrefix.DefaultFormat), Text)];

        Assert.Equal(3, entries.Length);
        Assert.Equal(
            ("cp: cannot stat '/archive/000000010000000000000004': No such file or directory", null, entries[0].Time),
            (entries[1].Message, entries[1].ProcessId, entries[1].Time));
    }

    [Theory]
    [InlineData("", "LOG:  hello", null, null)]
    [InlineData("%m [%p] ", "2026-01-02 03:04:05.678 UTC [12] LOG:  hello", "2026-01-02T03:04:05.678+00:00", 12)]
    [InlineData("%t:%r:%u@%d:[%p]: ", "2026-01-02 03:04:05 UTC:10.0.0.1(5000):u@d:[12]: LOG:  hello", "2026-01-02T03:04:05+00:00", 12)]
    [InlineData("%t:%r:%u@%d:[%p]: ", "2026-01-02 03:04:05 UTC::@:[12]: LOG:  hello", "2026-01-02T03:04:05+00:00", 12)]
    [InlineData("%m [%p] %q%u@%d ", "2026-01-02 03:04:05.678 UTC [12] LOG:  hello", "2026-01-02T03:04:05.678+00:00", 12)]
    [InlineData("%m [%p] %q%u@%d ", "2026-01-02 03:04:05.678 UTC [12] joe@db LOG:  hello", "2026-01-02T03:04:05.678+00:00", 12)]
    [InlineData(
        "%m [%p]: %l-1 %e %c %x %v %a %h %i %b 100%% ",
        "2026-01-02 03:04:05.678 UTC [12]: 3-1 00000 65a1.2f 0  psql [local] SELECT client backend 100% LOG:  hello",
        "2026-01-02T03:04:05.678+00:00", 12)]
    [InlineData("%n %6p ", "1767323045.678     12 LOG:  hello", "2026-01-02T03:04:05.678+00:00", 12)]
    [InlineData("%m %-6p|", "2026-01-02 03:04:05.678 +0530 12    |LOG:  hello", "2026-01-02T03:04:05.678+05:30", 12)]
    [InlineData("%m %p ", "2026-01-02 03:04:05.678 -03 12 LOG:  hello", "2026-01-02T03:04:05.678-03:00", 12)]
    [InlineData("%m %p ", "2026-01-02 03:04:05.678 CST 12 LOG:  hello", "2026-01-02T03:04:05.678+08:00", 12)]
    public void Any_prefix_is_understood(string format, string line, string? time, int? processId)
    {
        var prefix = new LogLinePrefix(format, TimeZoneInfo.CreateCustomTimeZone("China", TimeSpan.FromHours(8), null, null));

        ServerLogEntry entry = Assert.Single(ServerLogParser.Parse(Server, prefix, line));

        Assert.Equal(
            ("hello", LogSeverity.Log, time is null ? null : DateTimeOffset.Parse(time), processId),
            (entry.Message, entry.Severity, entry.Time, entry.ProcessId));
    }

    [Fact]
    public void Severities_rank_as_a_reader_would()
    {
        string[] words = ["DEBUG3", "LOG", "INFO", "NOTICE", "WARNING", "ERROR", "FATAL", "PANIC"];

        LogSeverity[] severities = [.. words.SelectMany(word => ServerLogParser.Parse(Server, new LogLinePrefix(""), $"{word}:  x"))
            .Select(entry => entry.Severity)];

        Assert.Equal(Enum.GetValues<LogSeverity>(), severities);
    }
}
