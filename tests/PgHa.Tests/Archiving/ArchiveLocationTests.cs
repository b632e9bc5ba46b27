namespace PgHa.Tests;

/// <summary>Where commands of all sorts archive to and restore from.</summary>
public sealed class ArchiveLocationTests
{
    [Theory]
    [InlineData("cp %p /mnt/archive/%f", "/mnt/archive")]
    [InlineData("test ! -f /mnt/archive/%f && cp %p /mnt/archive/%f", "/mnt/archive")]
    [InlineData("[ ! -e '/mnt/my archive/%f' ] && /usr/bin/cp -p \"%p\" '/mnt/my archive/%f'", "/mnt/my archive")]
    [InlineData("cp -i %p /mnt/archive/%f </dev/null", "/mnt/archive")]
    [InlineData("cp %p /mnt/100%%/%f", "/mnt/100%")]
    [InlineData("test ! -f /mnt/a/%f && cp %p /mnt/b/%f", null)]
    [InlineData("cp %p /mnt/archive/%f && sync", null)]
    [InlineData("pgbackrest archive-push %p", null)]
    [InlineData("cp %p archive/%f", null)]
    [InlineData("/bin/true", null)]
    [InlineData(null, null)]
    public void An_archive_command(string? command, string? directory) =>
        Assert.Equal(directory, ArchiveLocation.OfArchiveCommand(command));

    [Theory]
    [InlineData("cp /mnt/archive/%f %p", "/mnt/archive")]
    [InlineData("cp \"/mnt/my archive/%f\" \"%p\"", "/mnt/my archive")]
    [InlineData("gunzip < /mnt/archive/%f > %p", null)]
    [InlineData("cp /mnt/archive/%f %p; true", null)]
    public void A_restore_command(string command, string? directory) => Assert.Equal(directory, ArchiveLocation.OfRestoreCommand(command));

    [Fact]
    public void What_PgHa_wrote_itself()
    {
        Assert.Equal("/srv/it's", ArchiveLocation.OfArchiveCommand(ArchiveCommand.ForPosix("/srv/it's")));
        Assert.Equal("/srv/it's", ArchiveLocation.OfRestoreCommand(RestoreCommand.ForPosix("/srv/it's")));
    }
}
