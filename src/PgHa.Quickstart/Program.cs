using System.CommandLine;
using System.ComponentModel;
using PgHa.Quickstart;

// From a clone to a running reference cluster in one command. Everything it shows is done by the module's own cmdlets.

var keep = new Option<bool>("--keep")
{
    Description = "Leave the cluster running, and print how to look at it and how to remove it.",
};
var root = new Option<DirectoryInfo?>("--root")
{
    Description = "The folder for the data directories; it must not exist or be empty. A new temporary folder by default.",
};
var port = new Option<int>("--port")
{
    Description = "The port of the primary; the standbys take the next five.",
    DefaultValueFactory = _ => 9420,
};
var bin = new Option<DirectoryInfo?>("--bin")
{
    Description = "The directory of PostgreSQL's programs. Found, or fetched into your cache, by default.",
};
var install = new Option<bool>("--install-postgres")
{
    Description = "If no PostgreSQL is found, install the distribution's packages (apt or dnf, as root).",
};
var noBuild = new Option<bool>("--no-build")
{
    Description = "Use the module as it was built before.",
};

var command = new RootCommand("Raises PgHa's six-node reference cluster on this machine, shows it at work, and removes it.")
{
    keep, root, port, bin, install, noBuild,
};
command.SetAction((arguments, cancellationToken) => new Quickstart(new QuickstartOptions(
    arguments.GetValue(keep),
    arguments.GetValue(root)?.FullName,
    arguments.GetValue(port),
    arguments.GetValue(bin)?.FullName,
    arguments.GetValue(install),
    arguments.GetValue(noBuild))).RunAsync(cancellationToken));

try
{
    return await command.Parse(args).InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        // After Ctrl+C the servers are still stopped and their files removed.
        ProcessTerminationTimeout = TimeSpan.FromMinutes(2),
    });
}
catch (QuickstartException e)
{
    await Console.Error.WriteLineAsync($"{e.Message}{(e.Advice is null ? "" : $"\n{e.Advice}")}");
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync(
        "Stopped before any server was made. Nothing runs any more; what was built and fetched whole stays for the next time.");
    return Quickstart.Stopped;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception or TimeoutException)
{
    // For instance, a standard program is missing on this system.
    await Console.Error.WriteLineAsync($"It can't be run here: {e.Message}");
    return 1;
}
