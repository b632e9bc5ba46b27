namespace PgHa;

/// <summary>The <c>restore_command</c> that fetches files from an archive that <see cref="ArchiveCommand"/> fills.</summary>
/// <remarks>
/// For a missing file the command exits with status 1 and prints nothing: the server asks all the time for the next
/// segment, or for a timeline history that does not exist. A copy that fails halfway is a failure too, and the server drops
/// what was copied. In the archive itself a file is never partial, because it gets its name when it is complete. See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-RESTORE-COMMAND">restore_command</see>.
/// </remarks>
public static class RestoreCommand
{
    private const string Start = "f=";
    private const string Rest = """
        /%f; [ -f "$f" ] && cp "$f" "%p"
        """;

    private const string WindowsStart = "if exist \"";
    private const string WindowsMiddle = "\\%f\" (copy \"";
    private const string WindowsRest = "\\%f\" \"%p\" >nul) else (exit 1)";

    /// <summary>The command that restores from a directory of a POSIX host, for <c>/bin/sh</c>.</summary>
    /// <exception cref="PgHaException"><c>ArchivePathNotUsable</c>: a line break in the path.</exception>
    public static string ForPosix(string directory) => Start + ShellPath.Quote(directory) + Rest;

    /// <summary>The command that restores from a directory of a Windows host, for <c>cmd.exe</c>.</summary>
    /// <exception cref="PgHaException"><c>ArchivePathNotUsable</c>: <c>cmd.exe</c> has no quoting for a character of the path.</exception>
    public static string ForWindows(string directory)
    {
        string source = ShellPath.CheckedForCmd(directory);
        return WindowsStart + source + WindowsMiddle + source + WindowsRest;
    }

    /// <summary>The directory of a command that PgHa made; <see langword="null"/> for any other.</summary>
    public static string? DirectoryOf(string? command)
    {
        if (command is null)
            return null;
        if (command.StartsWith(Start, StringComparison.Ordinal) && command.EndsWith(Rest, StringComparison.Ordinal))
            return ShellPath.Unquote(command[Start.Length..^Rest.Length]);
        int end = command.IndexOf(WindowsMiddle, StringComparison.Ordinal);
        return command.StartsWith(WindowsStart, StringComparison.Ordinal) && end > WindowsStart.Length
            && command[WindowsStart.Length..end] is var source && command == WindowsStart + source + WindowsMiddle + source + WindowsRest
            ? source
            : null;
    }
}
