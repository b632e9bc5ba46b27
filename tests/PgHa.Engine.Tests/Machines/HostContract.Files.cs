using PgHa.Engine.Machines;

namespace PgHa.Engine.Tests.Machines;

public abstract partial class HostContract
{
    public static TheoryData<string> WeirdNames =>
    [
        "plain", "with blank", "it's", "say \"x\"", "two\nlines", "ends in newline\n", "-n", "$(touch pwned)", "`id`", "*", "[a-z]?",
        "back\\slash", "é漢", ".hidden", ";&|<>", "%s%n",
    ];

    [Theory]
    [MemberData(nameof(WeirdNames))]
    public async Task A_file_is_written_read_listed_and_deleted_whatever_its_name(string name)
    {
        string path = _directory[name];
        await WriteAsync(path, "first");
        await WriteAsync(path, "second");
        Assert.Equal("second", await ReadAsync(path));
        Assert.Equal([name], await Host.ListAsync(_directory.Path, Cancellation));
        DirectoryEntry entry = Assert.Single((await Host.ListEntriesAsync(_directory.Path, Cancellation))!);
        Assert.Equal((name, 6, false), (entry.Name, entry.Status.Length, entry.Status.IsDirectory));
        Assert.Equal("cond", System.Text.Encoding.UTF8.GetString((await Host.ReadFileTailAsync(path, 4, Cancellation))!));
        Assert.Equal(6, (await Host.StatAsync(path, Cancellation))!.Length);
        await Host.DeleteFileAsync(path, Cancellation);
        Assert.Equal([], await Host.ListAsync(_directory.Path, Cancellation));
        Assert.Empty((await Host.ListEntriesAsync(_directory.Path, Cancellation))!);
    }

    [Theory]
    [MemberData(nameof(WeirdNames))]
    public async Task A_directory_is_made_renamed_and_deleted_whatever_its_name(string name)
    {
        string path = _directory[name];
        await Host.CreateDirectoryAsync(path, Cancellation);
        await WriteAsync($"{path}/{name}", "x");
        await Host.MoveDirectoryAsync(path, path + " moved", Cancellation);
        Assert.Equal([name], await Host.ListAsync(path + " moved", Cancellation));
        await Host.DeleteDirectoryAsync(path + " moved", Cancellation);
        Assert.Equal([], await Host.ListAsync(_directory.Path, Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_directory_is_copied_with_its_modes_and_links(bool isDurable)
    {
        await DoAsync(
            "mkdir -p \"$1/from/a b/c\" && echo x >\"$1/from/a b/.file\" && chmod 640 \"$1/from/a b/.file\" "
                + "&& chmod 750 \"$1/from/a b\" \"$1/from\" && ln -s /nowhere \"$1/from/link\"",
            _directory.Path);
        await Host.CreateDirectoryAsync(_directory["to"], Cancellation);
        await Host.CopyDirectoryAsync(_directory["from"], _directory["to"], isDurable, Cancellation);
        Assert.Equal("x\n", await ReadAsync(_directory["to/a b/.file"]));
        Assert.Equal(Mode(640), (await Host.StatAsync(_directory["to/a b/.file"], Cancellation))!.Mode);
        Assert.Equal(Mode(750), (await Host.StatAsync(_directory["to/a b"], Cancellation))!.Mode);
        Assert.Equal("/nowhere\n", (await ShAsync("readlink \"$1\"", _directory["to/link"])).Output);
        Assert.Equal([], await Host.ListAsync(_directory["to/a b/c"], Cancellation));
        Assert.Equal(Mode(750), (await Host.StatAsync(_directory["to"], Cancellation))!.Mode);
    }

    [Fact]
    public async Task Entries_are_moved_in_their_order_and_never_over_others()
    {
        await Host.CreateDirectoryAsync(_directory["from/sub"], Cancellation);
        await Host.CreateDirectoryAsync(_directory["to"], Cancellation);
        await Host.WriteFileAsync(_directory["from/-a file"], "1"u8.ToArray(), null, Cancellation);
        await Host.WriteFileAsync(_directory["from/last"], "2"u8.ToArray(), null, Cancellation);
        await Host.WriteFileAsync(_directory["to/last"], "3"u8.ToArray(), null, Cancellation);

        await Assert.ThrowsAsync<PgHaException>(
            () => Host.MoveEntriesAsync(["-a file", "sub", "last"], _directory["from"], _directory["to"], Cancellation));

        Assert.Equal(["last"], await Host.ListAsync(_directory["from"], Cancellation));
        Assert.Equal(["-a file", "last", "sub"], await Host.ListAsync(_directory["to"], Cancellation));
        Assert.Equal("3"u8.ToArray(), await Host.ReadFileAsync(_directory["to/last"], Cancellation));
    }

    [Fact]
    public async Task Files_are_copied_over_those_of_their_names()
    {
        await DoAsync(
            "mkdir \"$1/from\" \"$1/to\" && cd \"$1/from\" && echo new >-key && chmod 400 -- -key && echo rules >'a b' && chmod 640 'a b' "
            + "&& echo other >other"
            + " && ln -s ../real linked && echo new >../real && cp -p -- -key ../to && echo old >../to/linked-to "
            + "&& ln -s linked-to ../to/linked",
            _directory.Path);
        await Host.CopyFilesAsync(["-key", "a b", "linked"], _directory["from"], _directory["to"], Cancellation);

        Assert.Equal(["-key", "a b", "linked", "linked-to"], await Host.ListAsync(_directory["to"], Cancellation));
        Assert.Equal("new\n", await ReadAsync(_directory["to/-key"]));
        Assert.Equal(Mode(400), (await Host.StatAsync(_directory["to/-key"], Cancellation))!.Mode);
        Assert.Equal("rules\n", await ReadAsync(_directory["to/a b"]));
        Assert.Equal(Mode(640), (await Host.StatAsync(_directory["to/a b"], Cancellation))!.Mode);
        Assert.Equal("new\n", await ReadAsync(_directory["to/linked-to"]));
    }

    [Fact]
    public async Task Copying_what_is_not_there_fails()
    {
        await Host.CreateDirectoryAsync(_directory["to"], Cancellation);
        PgHaException missing = await Assert.ThrowsAsync<PgHaException>(
            () => Host.CopyFilesAsync(["missing"], _directory["to"], _directory["to"], Cancellation));
        Assert.Contains("missing", missing.Message, StringComparison.Ordinal);
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(
            () => Host.CopyDirectoryAsync(_directory["missing"], _directory["to"], false, Cancellation));
        Assert.Contains("missing", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        await WriteAsync(_directory["file"], "");
        foreach (string path in new[] { _directory["missing"], _directory["missing/below"], _directory["file/below"] })
        {
            Assert.Null(await Host.ReadFileAsync(path, Cancellation));
            Assert.Null(await Host.ReadFileHeadAsync(path, 10, Cancellation));
            Assert.Null(await Host.ReadFileTailAsync(path, 10, Cancellation));
            Assert.Null(await Host.StatAsync(path, Cancellation));
            Assert.Null(await Host.ListAsync(path, Cancellation));
            Assert.Null(await Host.ListEntriesAsync(path, Cancellation));
            Assert.False(await Host.CanWriteAsync(path, Cancellation));
            await Host.DeleteFileAsync(path, Cancellation);
            await Host.DeleteDirectoryAsync(path, Cancellation);
        }

        Assert.Null(await Host.ListAsync(_directory["file"], Cancellation));
    }

    [Fact]
    public async Task Binary_content_survives()
    {
        byte[] content = new byte[5_000_000];
        new Random(1).NextBytes(content);
        await Host.WriteFileAsync(_directory["big"], content, mode: null, Cancellation);
        Assert.Equal<byte>(content, await Host.ReadFileAsync(_directory["big"], Cancellation));
        Assert.Equal<byte>(content[..70_000], await Host.ReadFileHeadAsync(_directory["big"], 70_000, Cancellation));
        Assert.Equal<byte>(content, await Host.ReadFileHeadAsync(_directory["big"], 6_000_000, Cancellation));
        Assert.Equal<byte>(content[^70_000..], await Host.ReadFileTailAsync(_directory["big"], 70_000, Cancellation));
        Assert.Equal<byte>(content, await Host.ReadFileTailAsync(_directory["big"], 6_000_000, Cancellation));
        await Host.WriteFileAsync(_directory["big"], default, mode: null, Cancellation);
        Assert.Empty((await Host.ReadFileAsync(_directory["big"], Cancellation))!);
    }

    [Fact]
    public async Task A_new_file_is_the_users_alone_and_an_old_one_keeps_its_mode()
    {
        string path = _directory["file"];
        await WriteAsync(path, "x");
        FileStatus status = (await Host.StatAsync(path, Cancellation))!;
        Assert.Equal(Mode(600), status.Mode);
        Assert.Equal(Host.UserName, status.Owner);
        Assert.False(status.IsDirectory);
        Assert.InRange(status.ModifiedAt, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));

        await DoAsync("chmod 640 \"$1\"", path);
        await WriteAsync(path, "y");
        Assert.Equal(Mode(640), (await Host.StatAsync(path, Cancellation))!.Mode);
        await WriteAsync(path, "z", Mode(755));
        Assert.Equal(Mode(755), (await Host.StatAsync(path, Cancellation))!.Mode);
    }

    [Fact]
    public async Task Writing_replaces_the_file_and_leaves_nothing_else()
    {
        string path = _directory["file"];
        await WriteAsync(path, "old");
        // Whoever has the old file open goes on reading the old content.
        using var open = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await WriteAsync(path, "new");
        using var reader = new StreamReader(open);
        Assert.Equal("old", await reader.ReadToEndAsync(Cancellation));
        Assert.Equal(["file"], await Host.ListAsync(_directory.Path, Cancellation));
    }

    [Fact]
    public async Task Writing_through_a_link_changes_what_it_leads_to()
    {
        await DoAsync("mkdir \"$1/etc\" && echo old >\"$1/etc/real name\n\" && ln -s 'etc/real name\n' \"$1/link\"", _directory.Path);
        await WriteAsync(_directory["link"], "new");
        Assert.NotNull(new FileInfo(_directory["link"]).LinkTarget);
        Assert.Equal("new", await ReadAsync(_directory["etc/real name\n"]));
        Assert.Equal(["real name\n"], await Host.ListAsync(_directory["etc"], Cancellation));
    }

    [Fact]
    public async Task Writing_fails_with_the_path_and_leaves_nothing()
    {
        await Host.CreateDirectoryAsync(_directory["d"], Cancellation);
        foreach (string path in new[] { _directory["d"], _directory["missing/file"] })
        {
            PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => WriteAsync(path, "x"));
            Assert.Contains($"'{path}'", e.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["d"], await Host.ListAsync(_directory.Path, Cancellation));
        Assert.Equal([], await Host.ListAsync(_directory["d"], Cancellation));
    }

    [Fact]
    public async Task A_directory_is_the_users_alone_and_its_parents_are_not()
    {
        await Host.CreateDirectoryAsync(_directory["a/b/data"], Cancellation);
        Assert.Equal(Mode(700), (await Host.StatAsync(_directory["a/b/data"], Cancellation))!.Mode);
        Assert.Equal(Mode(755), (await Host.StatAsync(_directory["a/b"], Cancellation))!.Mode);
        Assert.Equal(Mode(755), (await Host.StatAsync(_directory["a"], Cancellation))!.Mode);

        await DoAsync("chmod 750 \"$1\"", _directory["a/b/data"]);
        await Host.CreateDirectoryAsync(_directory["a/b/data"], Cancellation);
        Assert.Equal(Mode(750), (await Host.StatAsync(_directory["a/b/data"], Cancellation))!.Mode);
        Assert.True(await Host.CanWriteAsync(_directory["a/b/data"], Cancellation));
    }

    [Fact]
    public async Task A_directory_is_not_made_where_a_file_is()
    {
        await WriteAsync(_directory["file"], "x");
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => Host.CreateDirectoryAsync(_directory["file"], Cancellation));
        Assert.Equal("NotADirectory", e.ErrorId);
        await Assert.ThrowsAsync<PgHaException>(() => Host.CreateDirectoryAsync(_directory["file/data"], Cancellation));
        await Assert.ThrowsAsync<PgHaException>(() => Host.DeleteDirectoryAsync(_directory["file"], Cancellation));
    }

    [Fact]
    public async Task A_directory_moves_onto_an_empty_one_and_no_other()
    {
        await Host.CreateDirectoryAsync(_directory["from"], Cancellation);
        await WriteAsync(_directory["from/x"], "x");
        await Host.CreateDirectoryAsync(_directory["full/content"], Cancellation);
        await WriteAsync(_directory["file"], "x");
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(
            () => Host.MoveDirectoryAsync(_directory["from"], _directory["full"], Cancellation));
        Assert.Equal("DirectoryNotEmpty", e.ErrorId);
        await Assert.ThrowsAsync<PgHaException>(() => Host.MoveDirectoryAsync(_directory["from"], _directory["file"], Cancellation));
        await Assert.ThrowsAsync<PgHaException>(() => Host.MoveDirectoryAsync(_directory["missing"], _directory["to"], Cancellation));

        await Host.CreateDirectoryAsync(_directory["empty"], Cancellation);
        await Host.MoveDirectoryAsync(_directory["from"], _directory["empty"], Cancellation);
        Assert.Equal(["x"], await Host.ListAsync(_directory["empty"], Cancellation));
        Assert.Equal(["empty", "file", "full"], await Host.ListAsync(_directory.Path, Cancellation));
    }

    [Fact]
    public async Task Deleting_follows_no_link()
    {
        await DoAsync(
            "cd \"$1\" && mkdir -p data/sub precious && echo x >precious/file && ln -s ../precious data/tablespace "
                + "&& ln -s ../../precious/file data/sub/f && ln -s data link",
            _directory.Path);
        PgHaException e = await Assert.ThrowsAsync<PgHaException>(() => Host.DeleteDirectoryAsync(_directory["link"], Cancellation));
        Assert.Equal("PathIsSymbolicLink", e.ErrorId);
        await Host.DeleteDirectoryAsync(_directory["data"], Cancellation);
        Assert.Equal(["link", "precious"], await Host.ListAsync(_directory.Path, Cancellation));
        Assert.Equal(["file"], await Host.ListAsync(_directory["precious"], Cancellation));
    }

    [Fact]
    public async Task Files_are_found_by_pattern_and_on_the_path()
    {
        await DoAsync(
            "cd \"$1\" && mkdir -p 'v 9/bin' v10/bin v11/bin other/bin && for v in 'v 9' v10 other; do : >\"$v/bin/postgres\"; done "
                + "&& ln -s ../../v10/bin/postgres v11/bin/postgres && ln -s missing other/bin/broken",
            _directory.Path);
        Assert.Equal(
            [_directory["other/bin/postgres"], _directory["v 9/bin/postgres"], _directory["v10/bin/postgres"]],
            await Host.FindFilesAsync(
                [
                    _directory["other/bin/postgres"],
                    _directory["v*/bin/postgres"],
                    _directory["none*/bin/x"],
                    _directory["other/bin/broken"]
                ],
                Cancellation));
        Assert.Contains(await Host.FindFilesAsync(["sh"], Cancellation), path => path.StartsWith('/'));
        Assert.Empty(await Host.FindFilesAsync(["pgha-no-such-program"], Cancellation));
        Assert.Empty(await Host.FindFilesAsync([], Cancellation));
    }

    [Fact]
    public async Task Free_space_is_told_for_a_path_yet_to_be_made()
    {
        long? here = await Host.FreeSpaceAsync(_directory.Path, Cancellation);
        Assert.InRange(here!.Value, 1, long.MaxValue);
        Assert.NotNull(await Host.FreeSpaceAsync(_directory["not/yet there"], Cancellation));
    }

    [Fact]
    public async Task Processes_are_listed_with_user_parent_and_command_line()
    {
        IReadOnlyList<HostProcess> processes = await Host.ListProcessesAsync(Cancellation);
        HostProcess self = Assert.Single(processes, process => process.Id == Environment.ProcessId);
        Assert.Equal(Environment.UserName, self.UserName);
        Assert.Contains("PgHa.Engine.Tests", self.CommandLine, StringComparison.Ordinal);
        Assert.Contains(processes, process => process.Id == self.ParentId);
        Assert.Equal(self, await Host.ProcessAsync(self.Id, Cancellation));
        Assert.Null(await Host.ProcessAsync(int.MaxValue, Cancellation));
        Assert.Equal([self], await Host.FindProcessesAsync(line => line == self.CommandLine, Cancellation));
    }
}
