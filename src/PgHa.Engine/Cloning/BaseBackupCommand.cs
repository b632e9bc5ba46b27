using System.Globalization;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cloning;

/// <summary>The command line of <c>pg_basebackup</c>, and what its failures mean.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/app-pgbasebackup.html">pg_basebackup</see>.</remarks>
internal static class BaseBackupCommand
{
    /// <summary>The command that copies a source into a directory.</summary>
    /// <param name="program">The program, and its version's dialect.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="login">How to connect; its password is not used.</param>
    /// <param name="directory">Where the copy goes.</param>
    /// <param name="passFile">The file with the password, if one is needed.</param>
    public static HostCommand For(
        (string Path, ServerDialect Dialect) program, BaseBackupOptions options, PgInstance login, string directory, string? passFile)
    {
        List<string> arguments = Common(
            program, login, directory, options.Label ?? options.Name, options.Checkpoint, options.MaxRate, options.NoSync);
        arguments.AddRange(["-F", "p"]);
        foreach ((string from, string to) in options.TablespaceMapping)
            arguments.AddRange(["-T", $"{EscapeEquals(from)}={EscapeEquals(to)}"]);
        if (options.WalDirectory is { } wal)
            arguments.AddRange([program.Dialect.WalDirectory == "pg_wal" ? "--waldir" : "--xlogdir", wal]);
        if (options.NoVerifyChecksums && program.Dialect.VerifiesChecksumsInBackups)
            arguments.Add("--no-verify-checksums");
        // The manifest would not match the finished clone, and it costs a checksum of every file.
        if (program.Dialect.HasBackupManifest)
            arguments.Add("--no-manifest");
        return Command(program, arguments, passFile);
    }

    /// <summary>The arguments that a clone and a backup have in common.</summary>
    public static List<string> Common(
        (string Path, ServerDialect Dialect) program, PgInstance login, string directory, string label, BackupCheckpoint checkpoint,
        int? maxRate, bool noSync)
    {
        // -X stream is the name of --wal-method=stream that 9.6 knows too. It takes a second connection, and so a second WAL
        // sender, but the copy is complete even if the source recycles its WAL in the meantime.
        List<string> arguments =
        [
            "-d", ProgramConninfo.Of(login, program.Dialect, database: false), "-w", "-D", directory, "-X", "stream", "-P",
            "-c", checkpoint == BackupCheckpoint.Fast ? "fast" : "spread", "-l", label,
        ];
        if (maxRate is { } rate)
            arguments.AddRange(["-r", rate.ToString(CultureInfo.InvariantCulture)]);
        if (noSync && program.Dialect.HasNoSyncOption)
            arguments.Add("--no-sync");
        return arguments;
    }

    /// <summary>The command with these arguments.</summary>
    public static HostCommand Command((string Path, ServerDialect Dialect) program, List<string> arguments, string? passFile) =>
        new(program.Path, arguments)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            Environment = passFile is null
                ? new Dictionary<string, string>()
                : new Dictionary<string, string> { ["PGPASSFILE"] = passFile },
        };

    /// <summary>What a failed run means.</summary>
    public static PgHaException Failure(PgInstance source, string directory, CommandResult result)
    {
        string said = string.Join(
            ' ',
            result.Error.Split('\n', '\r').Select(line => line.Trim())
                .Where(line => line.Length > 0 && BaseBackupProgress.Parse(line) is null));
        (string id, string advice) = said switch
        {
            _ when said.Contains("No space left on device", StringComparison.Ordinal) => (
                ErrorIds.DiskFull, $"Make room on the file system of '{directory}', or take another one."),
            _ when said.Contains("does not support compression", StringComparison.Ordinal) => (
                ErrorIds.CompressionNotSupported,
                "Take another -Compress, such as gzip, or a pg_basebackup that was built with it (-BinDirectory)."),
            _ when IsDisconnect(said) => (
                ErrorIds.ConnectionLost, "See whether the source still runs, and its log (Get-PgServerLog); then try again."),
            _ => (ErrorIds.BaseBackupFailed, "Look at the source's log (Get-PgServerLog) for its side of it."),
        };
        return new PgHaException(
            id, PgHaErrorKind.OperationFailed,
            string.Create(CultureInfo.InvariantCulture, $"The base backup of {source} failed (exit status {result.ExitCode}): {said}"),
            $"{advice} Nothing of the copy was left behind.",
            source.ToString());
    }

    private static bool IsDisconnect(string said) =>
        said.Contains("server closed the connection", StringComparison.Ordinal)
        || said.Contains("could not read COPY data", StringComparison.Ordinal)
        || said.Contains("terminating connection", StringComparison.Ordinal)
        || said.Contains("connection to server was lost", StringComparison.Ordinal);

    // The first equals sign separates the two directories unless a backslash precedes it.
    private static string EscapeEquals(string directory) => directory.Replace("=", "\\=", StringComparison.Ordinal);
}
