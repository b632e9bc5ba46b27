using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Instances;

/// <summary>A directory that a server is to be made in.</summary>
internal static class NewDataDirectory
{
    /// <summary>The suffix of an incomplete directory.</summary>
    public const string IncompleteSuffix = ".pgha-incomplete";

    /// <summary>Makes sure that the directory is missing or empty.</summary>
    /// <exception cref="PgHaException"><c>DirectoryNotEmpty</c>, <c>NotADirectory</c>, or <c>DirectoryIsMountPoint</c>.</exception>
    public static async Task RequireFreeAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        RequireUsableName(directory);
        if (await host.StatAsync(directory, cancellationToken).ConfigureAwait(false) is not { } status)
            return;
        if (!status.IsDirectory)
        {
            throw new PgHaException(
                ErrorIds.NotADirectory, PgHaErrorKind.AlreadyExists,
                    $"'{directory}' is a file.", "Name a directory that does not exist yet.");
        }

        IReadOnlyList<string> names = await host.ListAsync(directory, cancellationToken).ConfigureAwait(false) ?? [];
        if (names.Contains("lost+found")
            || (names.Count == 0 && await IsMountPointAsync(host, directory, cancellationToken).ConfigureAwait(false)))
        {
            throw new PgHaException(
                ErrorIds.DirectoryIsMountPoint,
                PgHaErrorKind.AlreadyExists,
                $"'{directory}' is the mount point of a file system.",
                $"Name a directory below it, such as '{HostPath.Combine(directory, "data")}': "
                    + "a server that starts while the file system is not mounted must find nothing.");
        }

        if (names.Count > 0)
        {
            throw new PgHaException(
                ErrorIds.DirectoryNotEmpty,
                PgHaErrorKind.AlreadyExists,
                $"'{directory}' is not empty: {await DescribeAsync(host, directory, names, cancellationToken).ConfigureAwait(false)}.",
                "Name another directory; PgHa never writes over one. A server that is not needed is removed by Remove-PgInstance.");
        }
    }

    /// <summary>
    /// Refuses names with characters that <c>pg_ctl</c> does not quote for its shell, which would run them as commands.
    /// </summary>
    /// <exception cref="PgHaException"><c>DirectoryNameNotUsable</c>.</exception>
    public static void RequireUsableName(string directory)
    {
        int bad = directory.AsSpan().IndexOfAny("\"$`\r\n");
        if (bad >= 0)
        {
            throw new PgHaException(
                ErrorIds.DirectoryNameNotUsable, PgHaErrorKind.InvalidArgument,
                $"'{directory}' cannot be a data directory: pg_ctl does not cope with the character {directory[bad]} in its name.",
                "Choose a name without quotation marks, dollar signs, backquotes and line breaks.");
        }
    }

    /// <summary>
    /// The program that is making a directory at this moment, left running by a killed PgHa; <see langword="null"/> if there is none.
    /// </summary>
    public static async Task<HostProcess?> WriterOfAsync(IHost host, string incomplete, CancellationToken cancellationToken) =>
        (await host.FindProcessesAsync(
            line => line.Contains(incomplete, StringComparison.Ordinal), cancellationToken).ConfigureAwait(false))
            .FirstOrDefault(process => process.Id != Environment.ProcessId);

    private static async Task<string> DescribeAsync(
        IHost host, string directory, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (await DataDirectoryVersion.TryReadAsync(host, directory, cancellationToken).ConfigureAwait(false) is not { } version)
        {
            const int Shown = 3;
            string more = names.Count > Shown ? $" and {names.Count - Shown} more" : "";
            return $"it has {string.Join(", ", names.Take(Shown))}{more}";
        }

        string system;
        try
        {
            ControlData control = await ControlFile.ReadAsync(host, directory, cancellationToken).ConfigureAwait(false);
            system = $"with system identifier {control.SystemIdentifier}";
        }
        catch (PgHaException)
        {
            // The existing server is described as far as its files can be read.
            system = "whose control file cannot be read";
        }

        string running = names.Contains(PostmasterProbe.FileName) ? ", whose server runs or was killed" : "";
        return $"it is a data directory of PostgreSQL {version} {system}{running}";
    }

    // A directory is made under another name and then renamed, which cannot be done to a mount point.
    private static async Task<bool> IsMountPointAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        if (host.IsWindows)
            return false;
        try
        {
            return (await host.RunAsync(new HostCommand("mountpoint", "-q", directory), cancellationToken).ConfigureAwait(false)).Succeeded;
        }
        catch (PgHaException e) when (e.ErrorId == ErrorIds.ProgramNotFound)
        {
            return false;
        }
    }
}
