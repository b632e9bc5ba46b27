namespace PgHa.Quickstart;

/// <summary>Builds and downloads what is needed, starts the cluster in PowerShell, and makes sure that it is removed.</summary>
internal sealed class Quickstart(QuickstartOptions options)
{
    /// <summary>The exit status after a signal to stop.</summary>
    public const int Stopped = 130;

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SignalDelay = TimeSpan.FromSeconds(0.5);

    /// <summary>Runs the demonstration; the result is the exit status.</summary>
    /// <exception cref="QuickstartException">It can't be run here, or what it made can't be removed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before it had made anything.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        string repository = FindRepository();
        ClusterPlace.Check(options.Root, options.Port);
        using var signals = new StopSignals(cancellationToken);
        if (options.InstallPostgres && options.BinDirectory is null && await InstalledPostgres.FindAsync(signals.Token) is null)
            await PostgresInstaller.InstallAsync(signals.Token);

        Say("Getting ready: the module, PowerShell and PostgreSQL");
        (IReadOnlyList<string> powerShell, string binDirectory) = await PrepareAsync(repository, signals.Token);

        bool rootWasThere = Directory.Exists(options.Root);
        string root = ClusterPlace.Create(options.Root);
        var script = new ClusterScript(powerShell, repository, root, rootWasThere);
        string[] keep = options.Keep ? ["-Keep"] : [];
        int status = await script.RunAsync(["-Port", $"{options.Port}", "-BinDirectory", binDirectory, .. keep], signals.Token);
        if (options.Keep && status == 0 && !signals.Token.IsCancellationRequested)
            return 0;

        // The script removes what it made, unless it was killed.
        if (!ClusterPlace.IsClean(root))
            await script.RemoveAsync(signals.IsHungUp);
        // A PowerShell that does not start leaves the folder empty.
        if (!rootWasThere && Directory.Exists(root) && ClusterPlace.IsClean(root))
            Directory.Delete(root);
        if (!ClusterPlace.IsClean(root))
            throw new QuickstartException($"'{root}' could not be removed; servers may still run in it.", script.RemovalAdvice);
        if (!signals.Token.IsCancellationRequested)
            return status;
        await Console.Error.WriteLineAsync($"Stopped. No server of it runs any more, and its files in {root} are removed.");
        return Stopped;
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

        // The first failure is reported, and ends the other parts.
        List<Task> parts = [module, powerShell, postgres, serverUser];
        while (parts.Count > 0)
        {
            Task ended = await Task.WhenAny(parts);
            parts.Remove(ended);
            if (ended.IsCompletedSuccessfully)
                continue;
            await others.CancelAsync();
            await Task.WhenAll(parts).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            // Ctrl+C reaches every program of the terminal, and a child may end before this process gets the signal.
            await Task.Delay(SignalDelay, cancellationToken);
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
