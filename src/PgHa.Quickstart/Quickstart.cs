using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PgHa.Quickstart;

/// <summary>Builds and fetches what it takes, raises the cluster in PowerShell, and sees that nothing of it stays.</summary>
internal sealed class Quickstart(QuickstartOptions options)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);

    /// <summary>Runs the demonstration; the result is the exit status.</summary>
    /// <exception cref="QuickstartException">It can't be run here.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        string repository = FindRepository();
        ClusterPlace.Check(options.Root, options.Port);
        if (options.InstallPostgres && options.BinDirectory is null && await InstalledPostgres.FindAsync(cancellationToken) is null)
            await PostgresInstaller.InstallAsync(cancellationToken);

        Say("Getting ready: the module, PowerShell and PostgreSQL");
        (IReadOnlyList<string> powerShell, string binDirectory) = await PrepareAsync(repository, cancellationToken);

        string root = ClusterPlace.Create(options.Root);
        string[] keep = options.Keep ? ["-Keep"] : [];
        int status = await RunScriptAsync(
            powerShell, repository, root, ["-Port", $"{options.Port}", "-BinDirectory", binDirectory, .. keep]);
        // The script removes what it made, unless it was stopped in a way that left it no time for that.
        if (Directory.Exists(root) && !(options.Keep && status == 0))
            await RunScriptAsync(powerShell, repository, root, ["-RemoveOnly"]);
        return cancellationToken.IsCancellationRequested ? 130 : status;
    }

    private async Task<(IReadOnlyList<string> PowerShell, string BinDirectory)> PrepareAsync(
        string repository, CancellationToken cancellationToken)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var preparation = new Preparation();
        Task<string> module = preparation.DoAsync(
            "module", async () => ("", await ModuleBuild.RunAsync(repository, options.NoBuild, others.Token)));
        Task<IReadOnlyList<string>> powerShell = preparation.DoAsync(
            "PowerShell", () => new PowerShellLocator(repository).FindAsync(others.Token));
        Task<string> postgres = preparation.DoAsync(
            "PostgreSQL", () => new PostgresProvider(options, line => preparation.Say(line)).ProvideAsync(others.Token));
        Task<bool> serverUser = EnsureServerUserAsync(preparation, others.Token);

        // The first that fails is the reason; the others end with it.
        List<Task> parts = [module, powerShell, postgres, serverUser];
        while (parts.Count > 0)
        {
            Task ended = await Task.WhenAny(parts);
            parts.Remove(ended);
            if (ended.IsCompletedSuccessfully)
                continue;
            await others.CancelAsync();
            await Task.WhenAll(parts).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await ended;
        }

        return (await powerShell, await postgres);
    }

    // PostgreSQL refuses to run as root, and PgHa then runs it as this user.
    private static async Task<bool> EnsureServerUserAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        const string Name = "postgres";
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows()
            || (await ChildProcess.RunAsync("id", ["-u", Name], Moment, cancellationToken: cancellationToken)).ExitCode == 0)
        {
            return false;
        }

        preparation.Say($"PostgreSQL does not run as root: the system user {Name} is added for it (`userdel {Name}` removes it).");
        ProcessResult added = await ChildProcess.RunAsync("useradd", ["--system", Name], Moment, cancellationToken: cancellationToken);
        return added.ExitCode == 0
            ? true
            : throw new QuickstartException(
                $"The user {Name} can't be added: {added.Error.Trim()}", "Add it, or run this as another user than root.");
    }

    private static async Task<int> RunScriptAsync(
        IReadOnlyList<string> powerShell, string repository, string root, string[] arguments)
    {
        var start = new ProcessStartInfo(
            powerShell[0],
            [
                .. powerShell.Skip(1), "-NoProfile", "-NonInteractive", "-File",
                Path.Combine(repository, "src", "PgHa.Quickstart", "quickstart.ps1"),
                "-Repository", repository, "-Root", root, .. arguments,
            ])
        { WorkingDirectory = repository };
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        using Process process = Process.Start(start)!;

        // Ctrl+C reaches the script from the terminal. Other signals that end this program are passed on as one.
        using PosixSignalRegistration? terminate = OperatingSystem.IsWindows()
            ? null
            : PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Interrupt(process));
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    private static void Interrupt(Process process)
    {
        try
        {
            Process.Start("kill", ["-INT", $"{process.Id}"])?.Dispose();
        }
        catch (Win32Exception)
        {
            // Without a program named kill the script goes on to its own end, which removes the servers too.
        }
    }

    private static void Say(string text)
    {
        bool isColoured = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        if (isColoured)
            Console.ForegroundColor = ConsoleColor.Cyan;
        Console.Write($"==> {text}");
        if (isColoured)
            Console.ResetColor();
        Console.WriteLine();
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PgHa.psd1")))
                return folder.FullName;
        }

        throw new QuickstartException($"There is no PgHa.psd1 above '{AppContext.BaseDirectory}'.",
            "Run it from a clone of the repository.");
    }
}
