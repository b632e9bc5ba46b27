namespace PgHa.Tests;

public sealed class SynchronousStandbyNamesTests
{
    [Theory]
    [InlineData("s1", SyncMethod.First, 1, true, "s1")]
    [InlineData("s1, s2", SyncMethod.First, 1, true, "s1|s2")]
    [InlineData("s1,s2", SyncMethod.First, 1, true, "s1|s2")]
    [InlineData("*", SyncMethod.First, 1, true, "*")]
    [InlineData("s1,*", SyncMethod.First, 1, true, "s1|*")]
    [InlineData("1 (s1)", SyncMethod.First, 1, false, "s1")]
    [InlineData("1(s1)", SyncMethod.First, 1, false, "s1")]
    [InlineData("2 (s1, \"s 2\")", SyncMethod.First, 2, false, "s1|s 2")]
    [InlineData("FIRST 2 (s1, s2, s3)", SyncMethod.First, 2, false, "s1|s2|s3")]
    [InlineData("first 1 (s1)", SyncMethod.First, 1, false, "s1")]
    [InlineData("ANY 2 (s1, s2)", SyncMethod.Any, 2, false, "s1|s2")]
    [InlineData(" any\n2\t( s1 ,\r\ns2 ) ", SyncMethod.Any, 2, false, "s1|s2")]
    [InlineData("ANY 1 (*)", SyncMethod.Any, 1, false, "*")]
    [InlineData("\"a\"\"b\"", SyncMethod.First, 1, true, "a\"b")]
    [InlineData("\"first\", \"ANY\"", SyncMethod.First, 1, true, "first|ANY")]
    [InlineData("firstly, anyone", SyncMethod.First, 1, true, "firstly|anyone")]
    [InlineData("\"*\"", SyncMethod.First, 1, true, "*")]
    [InlineData("1, 2", SyncMethod.First, 1, true, "1|2")]
    [InlineData("1 (1, 2)", SyncMethod.First, 1, false, "1|2")]
    [InlineData("knöten_1$", SyncMethod.First, 1, true, "knöten_1$")]
    [InlineData("S1, s1", SyncMethod.First, 1, true, "S1|s1")]
    public void A_value_is_read_as_the_server_reads_it(string text, SyncMethod method, int count, bool isList, string names)
    {
        SynchronousStandbyNames? value = SynchronousStandbyNames.Parse(text);
        Assert.NotNull(value);
        Assert.Equal((method, count, isList, names), (value.Method, value.Count, value.IsLegacyList, string.Join('|', value.Names)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    public void An_empty_value_names_nobody(string text) => Assert.Null(SynchronousStandbyNames.Parse(text));

    [Theory]
    [InlineData("s1,", 3, "standby's name")]
    [InlineData(",s1", 0, "standby's name")]
    [InlineData("s1 s2", 3, "expected ','")]
    [InlineData("s1)", 2, "expected ','")]
    [InlineData("1 (s1", 5, "expected ',' or ')'")]
    [InlineData("1 (s1) x", 7, "expected the end")]
    [InlineData("1 ()", 3, "standby's name")]
    [InlineData("0 (s1)", 0, "at least 1")]
    [InlineData("FIRST 0 (s1)", 6, "at least 1")]
    [InlineData("99999999999 (s1)", 0, "at least 1")]
    [InlineData("ANY (s1)", 4, "number of synchronous")]
    [InlineData("ANY s1", 4, "number of synchronous")]
    [InlineData("FIRST", 5, "number of synchronous")]
    [InlineData("ANY 1", 5, "expected '('")]
    [InlineData("ANY 1 s1", 6, "expected '('")]
    [InlineData("s1, first", 4, "\"first\"")]
    [InlineData("node-1", 4, "double quotes")]
    [InlineData("a.b", 1, "double quotes")]
    [InlineData("-1 (s1)", 0, "double quotes")]
    [InlineData("s1, \"s2", 4, "does not end")]
    [InlineData("\"s2\"\"", 0, "does not end")]
    public void A_malformed_value_says_where(string text, int position, string expectation)
    {
        MalformedTextException e = Assert.Throws<MalformedTextException>(() => SynchronousStandbyNames.Parse(text));
        Assert.Equal(position, e.Position);
        Assert.Contains(expectation, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s1, s2", "s1, s2", "s1, s2")]
    [InlineData("2(s1,s2)", "FIRST 2 (s1, s2)", "2 (s1, s2)")]
    [InlineData("FIRST 1 (s1)", "FIRST 1 (s1)", "1 (s1)")]
    [InlineData("*", "*", "*")]
    [InlineData(
        "\"s1\", \"s 2\", \"a\"\"b\", \"first\", \"\", \"9\", \"9a\"",
        "s1, \"s 2\", \"a\"\"b\", \"first\", \"\", 9, \"9a\"",
        "s1, \"s 2\", \"a\"\"b\", \"first\", \"\", 9, \"9a\"")]
    public void A_value_is_written_for_new_and_old_servers_with_few_quotes(string text, string written, string forOld)
    {
        SynchronousStandbyNames value = Parse(text);
        Assert.Equal(written, value.ToString());
        Assert.Equal(written, value.ToString(ServerDialect.For(ServerVersion.OfMajor(10))));
        Assert.Equal(forOld, value.ToString(ServerDialect.For(ServerVersion.Parse("9.6"))));
        Assert.Equal(value, Parse(written));
        Assert.Equal(value, Parse(forOld));
    }

    [Fact]
    public void A_quorum_is_refused_for_9_6()
    {
        SynchronousStandbyNames value = Parse("ANY 1 (s1)");
        Assert.Equal("ANY 1 (s1)", value.ToString());
        PgHaException e = Assert.Throws<PgHaException>(() => value.ToString(ServerDialect.For(ServerVersion.Parse("9.6"))));
        Assert.Equal(("QuorumNotSupported", PgHaErrorKind.NotSupported), (e.ErrorId, e.Kind));
    }

    [Theory]
    [InlineData("s1", "s1", true)]
    [InlineData("s1", "S1", true)]
    [InlineData("\"S1\"", "s1", true)]
    [InlineData("s1", "s10", false)]
    [InlineData("ö", "Ö", false)]
    [InlineData("k", "\u212a", false)]
    [InlineData("*", "anything", true)]
    public void Names_are_compared_as_the_server_compares_them(string text, string name, bool covers) =>
        Assert.Equal(covers, Parse(text).Covers(name));

    [Theory]
    [InlineData("s1", "s2", "s1, s2")]
    [InlineData("FIRST 1 (s1)", "s2", "FIRST 1 (s1, s2)")]
    [InlineData("s1", "S1", "s1")]
    [InlineData("*", "s1", "*")]
    public void A_standby_is_added_unless_it_is_covered(string text, string name, string expected) =>
        Assert.Equal(expected, Parse(text).With(name).ToString());

    [Theory]
    [InlineData("s1, s2", "S1", "s2")]
    [InlineData("s1, s2", "s3", "s1, s2")]
    [InlineData("s1", "s1", null)]
    [InlineData("FIRST 2 (s1, s2)", "s1", "FIRST 1 (s2)")]
    [InlineData("ANY 2 (s1, s2, s3)", "s1", "ANY 2 (s2, s3)")]
    [InlineData("FIRST 2 (s1, *)", "s1", "FIRST 2 (*)")]
    [InlineData("FIRST 3 (s1)", "s2", "FIRST 3 (s1)")]
    public void A_standby_is_removed_and_the_count_stays_within_reach(string text, string name, string? expected) =>
        Assert.Equal(expected, Parse(text).Without(name)?.ToString());

    [Fact]
    public void Equality_is_about_what_commits_wait_for()
    {
        Assert.Equal(Parse("FIRST 1 (s1, s2)"), Parse("S1, s2"));
        Assert.Equal(Parse("FIRST 1 (s1, s2)").GetHashCode(), Parse("S1, s2").GetHashCode());
        Assert.NotEqual(Parse("FIRST 1 (s1, s2)"), Parse("ANY 1 (s1, s2)"));
        Assert.NotEqual(Parse("s1, s2"), Parse("s2, s1"));
        Assert.NotEqual(Parse("1 (s1, s2)"), Parse("2 (s1, s2)"));
    }

    [Fact]
    public void A_value_needs_a_name_and_a_positive_count()
    {
        Assert.Throws<ArgumentException>(() => new SynchronousStandbyNames(SyncMethod.First, 1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SynchronousStandbyNames(SyncMethod.First, 0, ["s1"]));
    }

    [Theory]
    [InlineData("s1", "s1:streaming", false, "")]
    [InlineData("s1", "", true, "s1")]
    [InlineData("s1", "s2:streaming", true, "s1")]
    [InlineData("s1", "s1:catchup", true, "s1")]
    [InlineData("s1", "s1:backup", true, "s1")]
    [InlineData("s1", "s1:stopping", false, "")]
    [InlineData("s1", "s1:unflushed", true, "s1")]
    [InlineData("s1, s2", "S2:streaming", false, "s1")]
    [InlineData("FIRST 2 (s1, s2)", "s1:streaming", true, "s2")]
    [InlineData("FIRST 2 (s1, s2)", "s1:streaming s2:streaming", false, "")]
    [InlineData("FIRST 2 (s1)", "s1:streaming s1:streaming", false, "")]
    [InlineData("ANY 2 (s1, s2, s3)", "s1:streaming s3:streaming", false, "s2")]
    [InlineData("*", "walreceiver:streaming", false, "")]
    [InlineData("*", "", true, "*")]
    public void It_is_told_whether_a_commit_would_hang(string text, string standbys, bool hangs, string missing)
    {
        SyncStandbyAssessment assessment = Parse(text).Assess(standbys.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Standby));
        Assert.Equal((hangs, missing), (assessment.WouldHang, string.Join('|', assessment.Missing)));
        Assert.Equal(Parse(text).Count, assessment.Required);
    }

    [Fact]
    public void Those_that_acknowledge_are_named()
    {
        SyncStandbyAssessment assessment = Parse("ANY 2 (s1, s2)").Assess(
            [Standby("s1:streaming"), Standby("s2:catchup"), Standby("s3:streaming")]);
        Assert.Equal(["s1"], assessment.Acknowledging);
    }

    private static SynchronousStandbyNames Parse(string text) =>
        SynchronousStandbyNames.Parse(text) ?? throw new ArgumentException("empty", nameof(text));

    private static ConnectedStandby Standby(string text) => text.Split(':') switch
    {
        [var name, "unflushed"] => new ConnectedStandby(name, "streaming", null),
        [var name, var state] => new ConnectedStandby(name, state, Lsn.Parse("0/1")),
        _ => throw new ArgumentException(text),
    };
}
