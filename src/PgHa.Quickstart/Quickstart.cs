using System.Diagnostics;
using PgHa.Engine.Hosts;
using PgHa.Engine.Programs;

namespace PgHa.Quickstart;

/// <summary>Finds what it takes, and raises the cluster through PowerShell or, without it, through the engine.</summary>
internal sealed class Quickstart(QuickstartOptions options)
{
    private const int NodeCount = 6;

    /// <summary>Runs the demonstration; the result is the exit status.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        string repository = FindRepository();
        string binDirectory = await FindProgramsAsync(cancellationToken);
        string root = PrepareRoot();

        (IReadOnlyList<string>? powerShell, string reason) = await PowerShellLocator.FindAsync(repository, cancellationToken);
        if (powerShell is null)
        {
            Console.WriteLine($"Without PowerShell ({reason}): driving the module's engine directly.");
            await new DirectCluster(root, options.Port, binDirectory, options.Keep).RunAsync(cancellationToken);
            return 0;
        }

        List<string> arguments =
        [
            .. powerShell.Skip(1), "-NoProfile", "-File", Path.Combine(repository, "src", "PgHa.Quickstart", "quickstart.ps1"),
            "-Repository", repository, "-Root", root, "-Port", $"{options.Port}", "-BinDirectory", binDirectory,
        ];
        if (options.Keep)
            arguments.Add("-Keep");
        using Process process = Process.Start(new ProcessStartInfo(powerShell[0], arguments) { WorkingDirectory = repository })!;

        // Ctrl+C reaches the script too, which stops the servers and removes their files before it ends.
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    private async Task<string> FindProgramsAsync(CancellationToken cancellationToken)
    {
        IHost host = await HostSelector.ForDirectoryAsync(Path.GetTempPath(), null, cancellationToken);
        try
        {
            return (await ServerPrograms.FindServerAsync(host, options.BinDirectory, null, cancellationToken)).BinDirectory;
        }
        catch (PgHaException e) when (e.ErrorId == "ServerProgramsNotFound" && options.BinDirectory is null)
        {
            if (!options.InstallPostgres)
            {
                throw new PgHaException(
                    e.ErrorId, e.Kind, e.Message,
                    $"Install PostgreSQL ({PostgresInstaller.Command ?? "https://www.postgresql.org/download/"}), or run again with --install-postgres, or name its programs with --bin.",
                    innerException: e);
            }

            await PostgresInstaller.InstallAsync(cancellationToken);
            return (await ServerPrograms.FindServerAsync(host, null, null, cancellationToken)).BinDirectory;
        }
    }

    private string PrepareRoot()
    {
        if (options.Port is < 1024 or > 65535 - NodeCount)
            throw new PgHaException("PortInvalid", PgHaErrorKind.InvalidArgument, $"--port {options.Port}: the six nodes need ports from 1024 to 65535.");
        if (options.Root is null)
        {
            string folder = Directory.CreateTempSubdirectory("pgha-quickstart-").FullName;
            // The servers may run as another user than this one, who has to get to their directories.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            return folder;
        }

        // Everything below it is removed at the end, so nothing may be there that is not ours.
        if (Directory.Exists(options.Root) && Directory.EnumerateFileSystemEntries(options.Root).Any())
            throw new PgHaException("DirectoryNotEmpty", PgHaErrorKind.AlreadyExists, $"'{options.Root}' is not empty.", "Name a new folder with --root.");
        Directory.CreateDirectory(options.Root);
        return options.Root;
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PgHa.psd1")))
                return folder.FullName;
        }

        throw new PgHaException("RepositoryNotFound", PgHaErrorKind.NotFound, $"There is no PgHa.psd1 above '{AppContext.BaseDirectory}'.", "Run it from a clone of the repository.");
    }
}
