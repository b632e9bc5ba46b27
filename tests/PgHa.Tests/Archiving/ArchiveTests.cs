namespace PgHa.Tests.Archiving;

/// <summary>Archives are told by the commands that fill and read them.</summary>
public sealed class ArchiveTests
{
    [Fact]
    public void A_directory_is_told_by_both_commands_and_makes_them()
    {
        var archive = new DirectoryArchive("/srv/the archive");

        Assert.Equal(archive, Archive.OfArchiveCommand(archive.ArchiveCommand(isWindows: false)));
        Assert.Equal(archive, Archive.OfRestoreCommand(archive.RestoreCommand(isWindows: false)));
        Assert.Equal(new DirectoryArchive("/mnt/wal"), Archive.OfArchiveCommand("test ! -f /mnt/wal/%f && cp %p /mnt/wal/%f"));
        Assert.Null(archive.Tool);
        Assert.Null(archive.Doubt);
        Assert.Null(Archive.OfArchiveCommand(""));
        Assert.Null(Archive.OfRestoreCommand(null));
    }

    [Theory]
    [InlineData("pgbackrest --stanza=main archive-push %p", "pgbackrest --stanza=main archive-get %f \"%p\"")]
    [InlineData("/usr/bin/pgbackrest --stanza main archive-push \"%p\"", "/usr/bin/pgbackrest --stanza=main archive-get %f \"%p\"")]
    [InlineData(
        "pgbackrest --config=/etc/x.conf --stanza='main' --repo1-path=/r --archive-push-queue-max=1GB --compress-type=zst archive-push %p",
        "pgbackrest --config=/etc/x.conf --stanza='main' --repo1-path=/r archive-get %f \"%p\"")]
    [InlineData("pgbackrest archive-push %p --stanza=main", "pgbackrest --stanza=main archive-get %f \"%p\"")]
    public void What_pgBackRest_gets_it_gives_with_the_options_that_this_command_knows(string push, string get)
    {
        var archive = Assert.IsType<PgBackRestArchive>(Archive.OfArchiveCommand(push));

        Assert.Equal("main", archive.Stanza);
        Assert.Equal("pgBackRest's stanza 'main'", archive.ToString());
        Assert.Equal(get, archive.RestoreCommand(isWindows: false));
        Assert.Equal(get, Assert.IsType<PgBackRestArchive>(Archive.OfRestoreCommand(get)).RestoreCommand(isWindows: false));
        Assert.Contains("archive-push-queue-max", archive.Doubt, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_to_pgBackRest_has_no_quotes_and_no_options_of_other_commands()
    {
        var archive = (PgBackRestArchive)Archive.OfArchiveCommand(
            "pgbackrest --config='/etc/my conf' --pg1-path=/srv/pg --stanza=main archive-push %p")!;

        Assert.Equal(["--config=/etc/my conf", "--stanza=main"], archive.QueryArguments);
    }

    [Theory]
    [InlineData("/srv/b", "/srv/b")]
    [InlineData("/srv/my b", "'/srv/my b'")]
    public void A_standby_reads_with_its_own_directory_and_the_options_of_the_primary(string directory, string written)
    {
        var archive = (PgBackRestArchive)Archive.OfName("pgbackrest:main")!;

        Assert.Equal(
            $"pgbackrest --config=/etc/x --stanza=main --pg1-path={written} archive-get %f \"%p\"",
            archive.AsFilledBy("pgbackrest --config=/etc/x --pg1-path=/srv/a --stanza=main archive-push %p")
                .ReadBy(directory).RestoreCommand(isWindows: false));
        Assert.Equal(archive, archive.AsFilledBy("pgbackrest --stanza=other archive-push %p"));
        Assert.Equal(archive, archive.AsFilledBy("cp %p /mnt/%f"));
    }

    [Theory]
    [InlineData("barman-wal-archive backup.example main %p", null)]
    [InlineData("/usr/bin/barman-wal-archive -U pgbackup backup.example main \"%p\"", "pgbackup")]
    [InlineData("barman-wal-restore -P --user=pgbackup backup.example main %f %p", "pgbackup")]
    [InlineData("ssh -q -o BatchMode=yes pgbackup@backup.example \"barman get-wal -P main %f\" > %p", "pgbackup")]
    [InlineData("ssh backup.example 'barman -c /etc/barman.conf get-wal main %f' > \"%p\"", null)]
    public void Barman_is_told_by_its_programs(string command, string? user)
    {
        Assert.Equal(new BarmanArchive("backup.example", "main", user), Archive.OfArchiveCommand(command));
        Assert.Equal("Barman's server 'main' on backup.example", Archive.OfRestoreCommand(command)!.ToString());
    }

    [Theory]
    [InlineData("wal-g wal-push %p", "WAL-G")]
    [InlineData("envdir /etc/wal-e.d/env wal-e wal-push %p", "WAL-E")]
    [InlineData("/controller/manager wal-archive --log-destination /controller/log/postgres.json %p", "CloudNativePG")]
    [InlineData("pgbackrest --stanza=a archive-push %p && pgbackrest --stanza=b archive-push %p", "pgBackRest")]
    [InlineData("pgbackrest --config=$(cat /etc/which) --stanza=a archive-push %p", "pgBackRest")]
    [InlineData("rsync -a %p barman@backup.example:/var/lib/barman/main/incoming/%f", "Barman")]
    [InlineData("/usr/local/bin/archive.sh %p %f", null)]
    public void Of_any_other_command_the_tool_is_known_at_most(string command, string? tool)
    {
        var archive = Assert.IsType<OtherArchive>(Archive.OfArchiveCommand(command));

        Assert.Equal((tool, command), (archive.Tool, archive.Command));
    }

    [Theory]
    [InlineData("pgbackrest:main", "pgbackrest --stanza=main archive-get %f \"%p\"")]
    [InlineData("barman:backup.example/main", "barman-wal-restore backup.example main %f \"%p\"")]
    [InlineData("Barman:me@backup.example/main", "barman-wal-restore -U me backup.example main %f \"%p\"")]
    public void An_archive_of_a_tool_has_a_name(string text, string command) =>
        Assert.Equal(command, Archive.OfName(text)!.RestoreCommand(isWindows: false));

    [Fact]
    public void A_path_is_no_name_of_a_tool() => Assert.Null(Archive.OfName("/srv/pgbackrest:main"));

    [Theory]
    [InlineData("pgbackrest:")]
    [InlineData("pgbackrest:a b")]
    [InlineData("pgbackrest:main; rm -rf /")]
    [InlineData("barman:main")]
    [InlineData("barman:-oProxyCommand=x/main")]
    [InlineData("barman:host/main %p")]
    public void What_a_shell_could_misread_is_refused(string text) =>
        Assert.Equal("ArchiveNameInvalid", Assert.Throws<PgHaException>(() => Archive.OfName(text)).ErrorId);
}
