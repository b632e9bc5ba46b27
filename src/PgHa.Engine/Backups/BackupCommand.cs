using PgHa.Engine.Cloning;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Backups;

/// <summary>The command line of <c>pg_basebackup</c> for a backup that is kept.</summary>
internal static class BackupCommand
{
    /// <summary>The command that takes a backup.</summary>
    /// <param name="program">The program, and its version's dialect.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="login">How to connect; its password is not used.</param>
    /// <param name="directory">Where the backup goes.</param>
    /// <param name="passFile">The file with the password, if one is needed.</param>
    /// <param name="parentManifest">The manifest of the backup that an incremental backup is based on.</param>
    /// <exception cref="PgHaException"><c>VersionNotSupported</c>: the program does not know the compression.</exception>
    public static HostCommand For(
        (string Path, ServerDialect Dialect) program, BackupOptions options, PgInstance login, string directory, string? passFile,
        string? parentManifest)
    {
        string label = options.Label ?? HostPath.Name(HostPath.TrimEnd(options.Directory));
        List<string> arguments = BaseBackupCommand.Common(
            program, login, directory, label, options.Checkpoint, options.MaxRate, options.NoSync);
        arguments.AddRange(["-F", options.Format == BackupFormat.Tar ? "t" : "p"]);
        if (options.Compression is { } compression)
            arguments.AddRange(compression.Arguments(program.Dialect));
        if (parentManifest is not null)
            arguments.AddRange(["-i", parentManifest]);
        return BaseBackupCommand.Command(program, arguments, passFile);
    }
}
