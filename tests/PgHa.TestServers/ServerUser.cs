namespace PgHa.TestServers;

/// <summary>The OS user that runs the test servers: PostgreSQL refuses to run as root.</summary>
public static class ServerUser
{
    private static readonly Lazy<Task> Known = new(EnsureExistsAsync);

    /// <summary>Whether servers run as another user than this process.</summary>
    public static bool IsOther { get; } = Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows();

    /// <summary>The user's name.</summary>
    public static string Name { get; } = IsOther ? "postgres" : Environment.UserName;

    /// <summary>Runs a program as the server user.</summary>
    public static async Task<ProcessResult> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan deadline, CancellationToken cancellationToken = default)
    {
        // Not this process's working directory: the server user may not be able to enter it.
        string workingDirectory = Path.GetTempPath();
        if (!IsOther)
            return await ChildProcess.RunAsync(program, arguments, deadline, workingDirectory, null, cancellationToken);

        await Known.Value;
        return await ChildProcess.RunAsync(
            "runuser", ["-u", Name, "--", program, .. arguments], deadline, workingDirectory, null, cancellationToken);
    }

    private static async Task EnsureExistsAsync()
    {
        TimeSpan deadline = TimeSpan.FromSeconds(30);
        if ((await ChildProcess.RunAsync("id", ["-u", Name], deadline)).ExitCode == 0)
            return;
        ProcessResult added = await ChildProcess.RunAsync("useradd", ["--system", Name], deadline);
        // Another test process may have been quicker.
        if (added.ExitCode != 0 && (await ChildProcess.RunAsync("id", ["-u", Name], deadline)).ExitCode != 0)
            added.OrThrow();
    }
}
