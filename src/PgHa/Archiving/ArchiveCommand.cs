namespace PgHa;

/// <summary>The <c>archive_command</c> that PgHa writes, and reads back.</summary>
/// <remarks>
/// It reports success only when the file is durable under its final name; it never overwrites: the same name with the
/// same content is success (the server asks again after a crash), with other content failure. See
/// <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL">Setting Up WAL Archiving</see>.
/// </remarks>
public static class ArchiveCommand
{
    // dd copies and fsyncs in one process. "mv -n" never overwrites, and may report success without moving anything, so the
    // test for the temporary name decides. The temporary name has the shell's process id, because a server killed outright
    // can leave a command running while the next server runs its own for the same file. The directory is synced last, also
    // when the file was already there: the attempt that put the file there may have failed before the sync.
    private const string Rest =
        """; f="$d/%f"; t="$d/.%f.$$"; if [ -e "$f" ]; then cmp "%p" "$f" >&2; """
        + """else dd if="%p" of="$t" bs=1048576 conv=fsync status=none """
        + """&& mv -n "$t" "$f" && [ ! -e "$t" ] || { rm -f "$t"; false; }; fi && sync """
        + "\"$d\"";

    private const string Start = "d=";

    // PostgreSQL 14 and older build the command in a buffer of 1024 bytes and cut off what does not fit.
    private const int MaxLength = 900;

    /// <summary>The command that archives into a directory of a POSIX host, for <c>/bin/sh</c>.</summary>
    /// <param name="directory">An absolute path; any character is fine but a line break.</param>
    /// <exception cref="PgHaException"><c>ArchivePathNotUsable</c>: the path has a line break, or is too long for the server.</exception>
    public static string ForPosix(string directory)
    {
        string command = Start + ShellPath.Quote(directory) + Rest;
        return System.Text.Encoding.UTF8.GetByteCount(command) <= MaxLength
            ? command
            : throw ShellPath.NotUsable(directory, "is too long: PostgreSQL up to 14 cuts an archive_command of 1024 bytes or more");
    }

    /// <summary>The command that archives into a directory of a Windows host, for <c>cmd.exe</c>.</summary>
    /// <param name="directory">An absolute path without percent signs.</param>
    /// <remarks>
    /// <c>ren</c> fails where the name is taken, so nothing is overwritten. <c>cmd.exe</c> has no way to flush one file;
    /// <c>xcopy /j</c> writes past the system's cache, which is as near as it gets.
    /// </remarks>
    /// <exception cref="PgHaException"><c>ArchivePathNotUsable</c>: <c>cmd.exe</c> has no quoting for a character of the path.</exception>
    public static string ForWindows(string directory)
    {
        string target = ShellPath.CheckedForCmd(directory);
        string file = $@"{target}\%f";
        return $"""if exist "{file}" (fc /b "%p" "{file}" >nul) else (copy /y nul "{file}.tmp" >nul """
            + $"""&& xcopy /j /y /q "%p" "{file}.tmp" >nul && ren "{file}.tmp" "%f")""";
    }

    /// <summary>
    /// The directory of a command that <see cref="ForPosix"/> or <see cref="ForWindows"/> made;
    /// <see langword="null"/> for any other.
    /// </summary>
    public static string? DirectoryOf(string? command)
    {
        if (command is null)
            return null;
        if (command.StartsWith(Start, StringComparison.Ordinal) && command.EndsWith(Rest, StringComparison.Ordinal)
            && command.Length > Start.Length + Rest.Length
            && ShellPath.Unquote(command[Start.Length..^Rest.Length]) is { } directory && ForPosix(directory) == command)
        {
            return directory;
        }

        const string WindowsStart = "if exist \"";
        int end = command.IndexOf(@"\%f", StringComparison.Ordinal);
        return command.StartsWith(WindowsStart, StringComparison.Ordinal) && end > WindowsStart.Length
            && command[WindowsStart.Length..end] is var target && !target.AsSpan().ContainsAny("\"%\r\n") && ForWindows(target) == command
            ? target
            : null;
    }
}
