using System.Collections;
using System.ComponentModel;
using System.Diagnostics;

namespace PgHa.Engine.Machines;

/// <summary>What Azure Automation allows this process, if it is a job of Azure Automation.</summary>
/// <remarks>
/// The service's own sandbox starts no programs and has no server's files. Hybrid runbook workers have both, and the same environment
/// variables. So a program has to be tried, and only a job of Azure Automation tries it.
/// See <see href="https://learn.microsoft.com/azure/automation/automation-runbook-execution">Runbook execution</see>.
/// </remarks>
public static class AutomationJob
{
    /// <summary>What to do about a command that needs the machine of a server.</summary>
    public const string Advice = "In Azure Automation, run the runbook on a hybrid runbook worker: the machine of the server.";

    private static readonly TimeSpan ProgramDeadline = TimeSpan.FromSeconds(10);
    private static readonly Lazy<bool> Here = new(() => IsJob(Environment.GetEnvironmentVariables()));
    private static readonly Lazy<bool> Sandbox = new(() => IsSandbox(Environment.GetEnvironmentVariables(), StartsPrograms));

    /// <summary>Whether this process is a job of Azure Automation, in the sandbox or on a hybrid worker.</summary>
    public static bool IsHere => Here.Value;

    /// <summary>Refuses the work on a server's files and programs in the sandbox.</summary>
    /// <param name="subject">What the work is about: a data directory, a backup folder, an archive, or a cluster.</param>
    /// <exception cref="PgHaException"><c>HostAccessRequired</c>: this job may start no program.</exception>
    internal static void RequireHost(string subject)
    {
        if (Sandbox.Value)
            throw new PgHaException(
                ErrorIds.HostAccessRequired,
                PgHaErrorKind.NotSupported,
                $"This needs access to the server's machine ('{subject}'), and Azure Automation's sandbox has no files or programs of it.",
                Advice);
    }

    /// <summary>Whether these are the environment variables of a job.</summary>
    internal static bool IsJob(IDictionary variables) =>
        variables.Keys.Cast<string>().Any(name => name.StartsWith("AUTOMATION_ASSET_", StringComparison.OrdinalIgnoreCase))
        || variables["AZUREPS_HOST_ENVIRONMENT"] is string host && host.StartsWith("AzureAutomation", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a process with these environment variables is a job that may start no program.</summary>
    internal static bool IsSandbox(IDictionary variables, Func<bool> startsPrograms) => IsJob(variables) && !startsPrograms();

    private static bool StartsPrograms()
    {
        ProcessStartInfo start = OperatingSystem.IsWindows() ? new("cmd.exe", ["/d", "/c", "exit"]) : new("/bin/sh", ["-c", ":"]);
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        try
        {
            using var program = Process.Start(start);
            // A machine that is too busy to end it in time has started it nevertheless.
            return program is not null && (!program.WaitForExit(ProgramDeadline) || program.ExitCode == 0);
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
