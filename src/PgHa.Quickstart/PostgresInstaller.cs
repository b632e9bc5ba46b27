using System.Diagnostics;

namespace PgHa.Quickstart;

/// <summary>Installs the distribution's own PostgreSQL, when asked to by <c>--install-postgres</c>.</summary>
internal static class PostgresInstaller
{
    /// <summary>The command that installs it here, for an error's advice; <see langword="null"/> on a system it does not know.</summary>
    public static string? Command =>
        File.Exists("/usr/bin/apt-get") ? "apt-get install -y postgresql postgresql-client"
        : File.Exists("/usr/bin/dnf") ? "dnf install -y postgresql-server postgresql-contrib"
        : OperatingSystem.IsMacOS() ? "brew install postgresql"
        : OperatingSystem.IsWindows() ? "winget install PostgreSQL.PostgreSQL"
        : null;

    /// <summary>Runs apt or dnf, which must be done as root.</summary>
    public static async Task InstallAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || Command is not { } install)
            throw new QuickstartException(
                "--install-postgres knows apt and dnf only.", "Install PostgreSQL from https://www.postgresql.org/download/.");
        if (!Environment.IsPrivilegedProcess)
            throw new QuickstartException("Packages are installed by root.", $"Run as root: {install}");

        Console.WriteLine($"Installing PostgreSQL: {install}");
        string[] words = install.Split(' ');
        if (words[0] == "apt-get")
        {
            // A fresh image has no package lists, and Debian's package would otherwise start a cluster of its own.
            await RunAsync("apt-get", ["update", "-qq"], cancellationToken);
            await RunAsync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "postgresql-common"], cancellationToken);
            const string Drop = "/etc/postgresql-common/createcluster.d/pgha-quickstart.conf";
            await File.WriteAllTextAsync(Drop, "create_main_cluster = false\n", cancellationToken);
            try
            {
                await RunAsync(words[0], words[1..], cancellationToken);
            }
            finally
            {
                File.Delete(Drop);
            }

            return;
        }

        await RunAsync(words[0], words[1..], cancellationToken);
    }

    /// <summary>
    /// Runs a package manager in this terminal. After a cancellation it is interrupted and awaited, not killed, because a killed one
    /// would leave packages half installed.
    /// </summary>
    internal static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments);
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using Process process = Process.Start(start)!;
        using (cancellationToken.Register(() => Interruption.Send(process)))
        {
            try
            {
                await process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(15), CancellationToken.None);
            }
            catch (TimeoutException)
            {
                throw new QuickstartException(
                    $"{program} did not end within 15 minutes, and still runs as process {process.Id}.", "See what it printed above.");
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
            throw new QuickstartException($"{program} ended with exit status {process.ExitCode}.", "See what it printed above.");
    }
}
