namespace PgHa.Tests.Archiving;

/// <summary>Archives on another machine, told by their locations and by the commands that reach them.</summary>
public sealed class SshArchiveTests
{
    public static TheoryData<string> Locations =>
    [
        "ssh://backup/srv/archive", "ssh://backup.example:2222/a", "ssh://keeper@10.0.0.7/a", "ssh://keeper@[fd00::7]:2222/srv/a",
        "ssh://backup/it's 100%/a \"b\" $HOME `x` \\ *", "ssh://backup/%f/%p", "ssh://backup/é", "ssh://backup/a; cat | ssh x",
    ];

    [Theory]
    [MemberData(nameof(Locations))]
    public void A_location_and_both_commands_give_the_archive_back(string location)
    {
        SshArchive archive = Assert.IsType<SshArchive>(FileArchive.At(location));

        Assert.Equal(location, archive.Location);
        Assert.Equal(archive, Archive.OfName(location));
        Assert.Equal(archive, Archive.OfArchiveCommand(archive.ArchiveCommand(isWindows: false)));
        Assert.Equal(archive, Archive.OfRestoreCommand(archive.RestoreCommand(isWindows: false)));
        Assert.Equal(location, ArchiveLocation.OfArchiveCommand(archive.ArchiveCommand(isWindows: false)));
        Assert.Equal(location, ArchiveLocation.OfRestoreCommand(archive.RestoreCommand(isWindows: false)));
        Assert.DoesNotContain('\n', archive.ArchiveCommand(isWindows: false));
        Assert.DoesNotContain('\n', archive.RestoreCommand(isWindows: false));
        Assert.Null(archive.Tool);
        Assert.Null(archive.Doubt);
    }

    [Theory]
    [InlineData("ssh://")]
    [InlineData("ssh://backup")]
    [InlineData("ssh://backup/")]
    [InlineData("ssh:///srv/archive")]
    [InlineData("ssh://-oProxyCommand=id/srv")]
    [InlineData("ssh://-lroot@backup/srv")]
    [InlineData("ssh://backup:0/srv")]
    [InlineData("ssh://backup:65536/srv")]
    [InlineData("ssh://back up/srv")]
    [InlineData("ssh://backup/two\nlines")]
    public void What_only_looks_like_a_location_is_refused(string text)
    {
        Assert.Equal("ArchiveNameInvalid", Assert.Throws<PgHaException>(() => FileArchive.At(text)).ErrorId);
        Assert.Equal("ArchiveNameInvalid", Assert.Throws<PgHaException>(() => Archive.OfName(text)).ErrorId);
    }

    [Fact]
    public void A_slash_at_the_end_is_not_part_of_the_location() =>
        Assert.Equal("ssh://backup/srv/archive", FileArchive.At("SSH://backup/srv/archive//").Location);

    [Fact]
    public void The_command_that_was_edited_is_nobodys()
    {
        string push = new SshArchive("backup", "/a").ArchiveCommand(isWindows: false);
        string fetch = new SshArchive("backup", "/a").RestoreCommand(isWindows: false);

        Assert.Null(FileArchive.OfOwnArchiveCommand(push + " || true"));
        Assert.Null(FileArchive.OfOwnArchiveCommand(push.Replace("-oBatchMode=yes", "-oBatchMode=no", StringComparison.Ordinal)));
        Assert.Null(FileArchive.OfOwnArchiveCommand(push.Replace("'/a'", "'/'x'a'", StringComparison.Ordinal)));
        Assert.Null(FileArchive.OfOwnArchiveCommand(fetch));
        Assert.Null(FileArchive.OfOwnRestoreCommand(push));
        Assert.Null(FileArchive.OfOwnRestoreCommand(fetch.Replace("exit 255", "exit 1", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_server_sees_no_placeholder_in_the_directory() => Assert.Contains(
        "'/100%%f'", new SshArchive("backup", "/100%f").ArchiveCommand(isWindows: false), StringComparison.Ordinal);

    [Fact]
    public void A_command_that_old_servers_would_cut_off_is_refused()
    {
        var longest = new SshArchive("backup.example", "/" + new string('a', 200));
        var longer = new SshArchive("backup.example", "/" + new string('a', 600));

        Assert.NotEmpty(longest.ArchiveCommand(isWindows: false));
        Assert.NotEmpty(longest.RestoreCommand(isWindows: false));
        Assert.Equal("ArchivePathNotUsable", Assert.Throws<PgHaException>(() => longer.ArchiveCommand(isWindows: false)).ErrorId);
        Assert.Equal("ArchivePathNotUsable", Assert.Throws<PgHaException>(() => longer.RestoreCommand(isWindows: false)).ErrorId);
    }

    [Fact]
    public void A_server_on_Windows_cannot_reach_it()
    {
        var archive = new SshArchive("backup", "/a");

        Assert.Equal("ArchivePathNotUsable", Assert.Throws<PgHaException>(() => archive.ArchiveCommand(isWindows: true)).ErrorId);
        Assert.Equal("ArchivePathNotUsable", Assert.Throws<PgHaException>(() => archive.RestoreCommand(isWindows: true)).ErrorId);
    }

    [Fact]
    public void Its_name_in_messages_is_the_directory_and_the_machine() =>
        Assert.Equal("'/srv/archive' on backup", new SshArchive("backup", "/srv/archive", "keeper", 2222).ToString());
}
