namespace PgHa.Tests.Machines;

public sealed class HostPathTests
{
    [Theory]
    [InlineData("/srv/pg", "data", "/srv/pg/data")]
    [InlineData("/srv/pg/", "data", "/srv/pg/data")]
    [InlineData("/", "srv", "/srv")]
    [InlineData("/srv", "/etc", "/etc")]
    [InlineData("/srv/back\\slash", "a", "/srv/back\\slash/a")]
    [InlineData("pg_tblspc", "16384", "pg_tblspc/16384")]
    [InlineData("", "a", "a")]
    [InlineData("/srv", "", "/srv")]
    [InlineData(@"C:\pg", "data", @"C:\pg\data")]
    [InlineData("C:/pg", "data", @"C:/pg\data")]
    [InlineData(@"C:\", "data", @"C:\data")]
    [InlineData(@"\\server\share", "data", @"\\server\share\data")]
    [InlineData(@"C:\pg", "D:/x", "D:/x")]
    public void A_path_is_joined_in_its_own_form(string directory, string name, string path) =>
        Assert.Equal(path, HostPath.Combine(directory, name));

    [Fact]
    public void Several_names_are_joined() => Assert.Equal("/a/global/pg_control", HostPath.Combine("/a", "global", "pg_control"));

    [Theory]
    [InlineData("/srv/pg/data", "data", "/srv/pg")]
    [InlineData("/srv", "srv", "/")]
    [InlineData("/", "", null)]
    [InlineData("data", "data", "")]
    [InlineData("/srv//data", "data", "/srv")]
    [InlineData("/srv/data/", "", "/srv/data")]
    [InlineData(@"C:\pg\data", "data", @"C:\pg")]
    [InlineData("C:/pg/data", "data", "C:/pg")]
    [InlineData(@"C:\pg", "pg", @"C:\")]
    [InlineData(@"C:\", "", null)]
    [InlineData(@"\\server\share\data", "data", @"\\server\share\")]
    public void A_path_is_split_in_its_own_form(string path, string name, string? parent) =>
        Assert.Equal((name, parent), (HostPath.Name(path), HostPath.Parent(path)));

    [Theory]
    [InlineData("/srv/pg", true)]
    [InlineData("srv/pg", false)]
    [InlineData("", false)]
    [InlineData("C:/pg", true)]
    [InlineData(@"C:\pg", true)]
    [InlineData("C:pg", false)]
    [InlineData(@"\\server\share", true)]
    public void An_absolute_path_is_told_by_its_beginning(string path, bool isAbsolute) =>
        Assert.Equal(isAbsolute, HostPath.IsAbsolute(path));

    [Theory]
    [InlineData("/srv/pg/", "/srv/pg")]
    [InlineData("/srv/pg//", "/srv/pg")]
    [InlineData("/", "/")]
    [InlineData(@"C:\pg\", @"C:\pg")]
    [InlineData(@"C:\", @"C:\")]
    [InlineData(@"/srv/back\", @"/srv/back\")]
    public void Only_a_root_keeps_its_separator(string path, string trimmed) => Assert.Equal(trimmed, HostPath.TrimEnd(path));

    [Theory]
    [InlineData("data", "/srv/pg", "/srv/pg/data")]
    [InlineData("./data/", "/srv/pg", "/srv/pg/data")]
    [InlineData("../data", "/srv/pg", "/srv/data")]
    [InlineData("/../../x//y/.", "/srv", "/x/y")]
    [InlineData("/", "/srv", "/")]
    [InlineData("C:/pg/../data", "/", @"C:\data")]
    [InlineData("data", @"C:\pg", @"C:\pg\data")]
    public void A_full_path_has_no_dots(string path, string directory, string full) => Assert.Equal(full, HostPath.Full(path, directory));

    [Theory]
    [InlineData("/srv/pg", "/srv/pg/node1/x", "node1/x")]
    [InlineData("/srv/pg/", "/srv/pg/node1", "node1")]
    [InlineData("/", "/srv", "srv")]
    [InlineData("/srv/pg", "/srv/pg2", null)]
    [InlineData("/srv/pg", "/srv/pg", null)]
    [InlineData(@"C:\pg", @"C:\pg\data", "data")]
    public void What_is_below_a_directory_is_told(string directory, string path, string? below) =>
        Assert.Equal(below, HostPath.Below(directory, path));
}
