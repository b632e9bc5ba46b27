namespace PgHa.Engine.Machines;

/// <summary>The failures of hosts, with the same ids whichever host they come from.</summary>
internal static class HostErrors
{
    /// <summary>What to do about a full disk.</summary>
    public const string MakeRoom =
        "Make room there (never by removing files of pg_wal: Get-PgWalRetention says what keeps WAL), and run it again.";

    /// <summary>What a host does with a file or directory, for the log.</summary>
    public static string FileWork(string host, string action, string path) => $"{host}: {action} '{path}'";

    /// <summary>A file or directory could not be read, written, made, renamed or deleted.</summary>
    /// <param name="action">What was tried, such as <c>Reading</c>.</param>
    /// <param name="path">With which path.</param>
    /// <param name="host">Where and as whom.</param>
    /// <param name="said">What the system said.</param>
    /// <param name="cause">The exception, if there was one.</param>
    public static PgHaException FileFailed(string action, string path, string host, string said, Exception? cause = null)
    {
        string message = $"{action} '{path}' on {host} failed: {said.TrimEnd('.', '\n')}.";
        if (cause is UnauthorizedAccessException || EndsWith(said, "Permission denied", "Operation not permitted"))
        {
            return new PgHaException(
                ErrorIds.FileAccessDenied, PgHaErrorKind.PermissionDenied,
                    message, "Check the owner and mode of the path and of its parents.",
                innerException: cause);
        }

        if (EndsWith(said, "Directory not empty", "File exists"))
        {
            return new PgHaException(
                ErrorIds.DirectoryNotEmpty, PgHaErrorKind.AlreadyExists, message, "Choose a path where nothing is.", innerException: cause);
        }

        if (said.Contains("No space left on device", StringComparison.Ordinal)
            || said.Contains("Disk quota exceeded", StringComparison.Ordinal))
        {
            return new PgHaException(ErrorIds.DiskFull, PgHaErrorKind.OperationFailed, message, MakeRoom, innerException: cause);
        }

        return new PgHaException(ErrorIds.FileOperationFailed, PgHaErrorKind.OperationFailed, message, innerException: cause);
    }

    /// <summary>A directory was to be made where a file is.</summary>
    public static PgHaException NotADirectory(string path, string host) => new(
        ErrorIds.NotADirectory, PgHaErrorKind.AlreadyExists, $"'{path}' on {host} is not a directory.",
        "Choose another path, or move the file away.");

    /// <summary>A directory was to be deleted, and its path is a link to somewhere else.</summary>
    public static PgHaException IsSymbolicLink(string path, string host) => new(
        ErrorIds.PathIsSymbolicLink, PgHaErrorKind.Refused,
        $"'{path}' on {host} is a symbolic link and is not followed to delete what it points to.", "Give the directory itself.");

    /// <summary>A program is not there, or may not be run.</summary>
    public static PgHaException ProgramNotFound(string program, string host, Exception? cause = null) => new(
        ErrorIds.ProgramNotFound,
        PgHaErrorKind.NotFound,
        $"The program '{program}' cannot be run on {host}: it is not there, or that user may not run it.",
        "Install it, or give the directory it is in.",
        innerException: cause);

    /// <summary>A program ran past its deadline and was ended.</summary>
    public static PgHaException TimedOut(HostCommand command, string host, string lastErrorLine) => new(
        ErrorIds.OperationTimeout,
        PgHaErrorKind.Timeout,
        $"'{command}' on {host} had not ended after {TimeText.Seconds(command.Timeout)} and was stopped."
        + (lastErrorLine.Length > 0 ? $" It said last: {lastErrorLine}" : ""),
        "Look for what keeps it: a busy machine, a full disk, a lock. Then run it again, with more time where there is a -Timeout.");

    private static bool EndsWith(string said, params ReadOnlySpan<string> ends)
    {
        foreach (string end in ends)
        {
            if (said.AsSpan().TrimEnd(".\n").EndsWith(end, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
