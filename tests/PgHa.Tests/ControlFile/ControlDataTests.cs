namespace PgHa.Tests;

public sealed class ControlDataTests
{
    private static readonly string Text = Fixture.Read("pg_controldata-15-standby.txt");

    [Fact]
    public void The_text_says_what_the_file_says()
    {
        ControlData fromText = ControlData.Parse(Text);
        ControlData fromFile = ControlData.Read(RecordedControlFile.Of(15, "standby, inside a base backup").Bytes);
        Assert.Equal("Sun Nov 22 08:04:43 2026", fromText.LastModified);
        Assert.Equal("2026-11-22 08:04:43Z", fromFile.LastModified);
        Assert.Equal(fromFile, fromText with { LastModified = fromFile.LastModified });
    }

    [Theory]
    [InlineData("starting up", DatabaseState.StartingUp)]
    [InlineData("shut down", DatabaseState.ShutDown)]
    [InlineData("shut down in recovery", DatabaseState.ShutDownInRecovery)]
    [InlineData("shutting down", DatabaseState.ShuttingDown)]
    [InlineData("in crash recovery", DatabaseState.InCrashRecovery)]
    [InlineData("in archive recovery", DatabaseState.InArchiveRecovery)]
    [InlineData("in production", DatabaseState.InProduction)]
    public void Every_state_is_read(string words, DatabaseState state) =>
        Assert.Equal(state, ControlData.Parse(With("Database cluster state", words)).State);

    [Fact]
    public void Up_to_11_there_is_no_max_wal_senders()
    {
        string text = string.Join('\n', Text.Split('\n').Where(line => !line.StartsWith("max_wal_senders", StringComparison.Ordinal)));
        Assert.Null(ControlData.Parse(text).MaxWalSenders);
    }

    [Fact]
    public void Lines_of_other_versions_are_passed_over() =>
        Assert.Equal(ControlData.Parse(Text), ControlData.Parse(
            "Prior checkpoint location:            0/1752140\n" + Text + "Default char data signedness:         signed\n"));

    [Fact]
    public void Windows_line_ends_are_read() =>
        Assert.Equal(ControlData.Parse(Text), ControlData.Parse(Text.Replace("\n", "\r\n", StringComparison.Ordinal)));

    [Fact]
    public void A_program_that_doubts_the_file_is_believed()
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => ControlData.Parse(
            "WARNING: Calculated CRC checksum does not match value stored in file.\nEither the file is corrupt …\n\n" + Text));
        Assert.Equal(1, e.Line);
    }

    [Fact]
    public void Translated_output_gets_the_advice_to_use_the_C_locale()
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(
            () => ControlData.Parse("pg_control-Versionsnummer:             1300\n"));
        Assert.Contains("LC_ALL=C", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Database cluster state", "in trouble", 4)]
    [InlineData("Latest checkpoint location", "0-1", 6)]
    [InlineData("Latest checkpoint's TimeLineID", "0", 9)]
    [InlineData("wal_log_hints setting", "maybe", 31)]
    [InlineData("max_connections setting", "many", 32)]
    [InlineData("Bytes per WAL segment", "12345", 42)]
    [InlineData("Bytes per WAL segment", "99999999999", 42)]
    public void A_value_that_makes_no_sense_is_named_with_its_line(string label, string value, int line)
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => ControlData.Parse(With(label, value)));
        Assert.Equal(line, e.Line);
        Assert.Contains($"{label}: {value}", e.Message, StringComparison.Ordinal);
    }

    private static string With(string label, string value) =>
        string.Join(
            '\n', Text.Split('\n').Select(line => line.StartsWith(label + ":", StringComparison.Ordinal) ? $"{label}:   {value}" : line));
}
