namespace PgHa.Tests.Archiving;

public sealed class ArchiveCommandTests
{
    public static TheoryData<string> PosixDirectories => ["/srv/archive20", "/srv/it's 100%/a \"b\" $HOME `x` \\ *", "/srv/%f/%p", "/é"];

    [Theory]
    [MemberData(nameof(PosixDirectories))]
    public void A_posix_command_is_one_line_and_gives_its_directory_back(string directory)
    {
        string command = ArchiveCommand.ForPosix(directory);

        Assert.DoesNotContain('\n', command);
        Assert.Equal(directory, ArchiveCommand.DirectoryOf(command));
    }

    [Theory]
    [MemberData(nameof(PosixDirectories))]
    public void A_posix_restore_command_is_one_line_and_gives_its_directory_back(string directory)
    {
        string command = RestoreCommand.ForPosix(directory);

        Assert.DoesNotContain('\n', command);
        Assert.Equal(directory, RestoreCommand.DirectoryOf(command));
    }

    [Fact]
    public void The_server_sees_no_placeholder_in_the_path() =>
        Assert.StartsWith("d='/100%%f'; ", ArchiveCommand.ForPosix("/100%f"), StringComparison.Ordinal);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("(disabled)")]
    [InlineData("d=''; rm -rf /")]
    [InlineData("test ! -f /archive/%f && cp %p /archive/%f")]
    [InlineData("if exist \"C:\\a\\%f\" (exit 0)")]
    public void A_command_of_somebody_else_has_no_directory(string? command)
    {
        Assert.Null(ArchiveCommand.DirectoryOf(command));
        Assert.Null(RestoreCommand.DirectoryOf(command));
    }

    [Fact]
    public void A_command_that_was_edited_has_no_directory()
    {
        string command = ArchiveCommand.ForPosix("/srv/archive");

        Assert.Null(ArchiveCommand.DirectoryOf(command + " || true"));
        Assert.Null(ArchiveCommand.DirectoryOf(command.Replace("'/srv/archive'", "'/srv/'x'archive'", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_windows_command_quotes_for_cmd_and_gives_its_directory_back()
    {
        string command = ArchiveCommand.ForWindows(@"D:\wal archive\");

        Assert.Equal(
            """if exist "D:\wal archive\%f" (fc /b "%p" "D:\wal archive\%f" >nul) else (copy /y nul "D:\wal archive\%f.tmp" >nul """
            + """&& xcopy /j /y /q "%p" "D:\wal archive\%f.tmp" >nul && ren "D:\wal archive\%f.tmp" "%f")""",
            command);
        Assert.Equal(@"D:\wal archive", ArchiveCommand.DirectoryOf(command));
        Assert.Equal(@"D:\wal archive", RestoreCommand.DirectoryOf(RestoreCommand.ForWindows(@"D:\wal archive")));
    }

    [Theory]
    [InlineData("C:\\100%\\a")]
    [InlineData("C:\\a\"b")]
    public void A_path_that_cmd_cannot_quote_is_refused(string directory)
    {
        Assert.Equal("ArchivePathNotUsable", Assert.Throws<PgHaException>(() => ArchiveCommand.ForWindows(directory)).ErrorId);
        Assert.Equal("ArchivePathNotUsable", Assert.Throws<PgHaException>(() => RestoreCommand.ForWindows(directory)).ErrorId);
    }

    [Theory]
    [InlineData("/a\nb")]
    [InlineData("/a\rb")]
    public void A_line_break_in_the_path_is_refused(string directory)
    {
        Assert.Equal("ArchivePathNotUsable", Assert.Throws<PgHaException>(() => ArchiveCommand.ForPosix(directory)).ErrorId);
        Assert.Equal("ArchivePathNotUsable", Assert.Throws<PgHaException>(() => RestoreCommand.ForPosix(directory)).ErrorId);
    }

    [Fact]
    public void A_command_that_an_old_server_would_cut_is_refused() =>
        Assert.Equal(
            "ArchivePathNotUsable", Assert.Throws<PgHaException>(() => ArchiveCommand.ForPosix("/" + new string('a', 800))).ErrorId);
}
