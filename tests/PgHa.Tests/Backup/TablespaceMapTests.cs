namespace PgHa.Tests;

public sealed class TablespaceMapTests
{
    [Fact]
    public void Directories_are_read_by_their_OIDs() => Assert.Equal(
        new Dictionary<string, string> { ["16388"] = "/disk 2/space", ["16390"] = "/disk3" },
        TablespaceMap.Parse("16388 /disk 2/space\n16390 /disk3\n"));

    [Theory]
    [InlineData("/a\nb")]
    [InlineData("/a\rb")]
    [InlineData(@"C:\new\space")]
    [InlineData(@"\\host\share")]
    public void What_is_written_is_read_again(string directory) =>
        Assert.Equal(directory, TablespaceMap.Parse(TablespaceMap.Format([new("1", directory), new("2", "/other")]))["1"]);

    [Fact]
    public void A_backslash_that_older_servers_wrote_bare_is_one() =>
        Assert.Equal(@"C:\space", TablespaceMap.Parse("16388 C:\\space\r\n")["16388"]);

    [Fact]
    public void What_the_WAL_creates_is_found()
    {
        const string Dump = """
            rmgr: Tablespace  len (rec/tot):     42/    42, tx:        739, lsn: 0/0152D6A8, prev 0/0152D670, desc: CREATE 16388 "/disk 2/space"
            rmgr: Tablespace  len (rec/tot):     42/    42, tx:        740, lsn: 0/0152D7A8, prev 0/0152D670, desc: DROP 16388
            rmgr: Tablespace  len (rec/tot):     42/    42, tx:        741, lsn: 1/0152D8A8, prev 0/0152D670, desc: CREATE 16390 "/disk3"
            """;
        Assert.Equal(
            [(Lsn.Parse("0/152D6A8"), "/disk 2/space"), (Lsn.Parse("1/152D8A8"), "/disk3")],
            WalDump.CreatedTablespaces(Dump.ReplaceLineEndings("\n")));
    }
}
