using System.CommandLine;
using PgHa;
using PgHa.Quickstart;

// From a clone to a running reference cluster in one command. Everything it shows is done by the module's
// own cmdlets, or, where PowerShell cannot be had, by the same engine underneath them.

var keep = new Option<bool>("--keep") { Description = "Leave the cluster running, and print how to look at it and how to remove it." };
var root = new Option<DirectoryInfo?>("--root") { Description = "The folder for the data directories; it must not exist or be empty. A new temporary folder by default." };
var port = new Option<int>("--port") { Description = "The port of the primary; the standbys take the next five.", DefaultValueFactory = _ => 9420 };
var bin = new Option<DirectoryInfo?>("--bin") { Description = "The directory of PostgreSQL's programs. Found by itself by default." };
var install = new Option<bool>("--install-postgres") { Description = "Install the distribution's PostgreSQL first if none is found (apt or dnf, as root)." };

var command = new RootCommand("Raises PgHa's six-node reference cluster on this machine, shows it at work, and removes it.") { keep, root, port, bin, install };
command.SetAction((arguments, cancellationToken) => new Quickstart(new QuickstartOptions(
    arguments.GetValue(keep),
    arguments.GetValue(root)?.FullName,
    arguments.GetValue(port),
    arguments.GetValue(bin)?.FullName,
    arguments.GetValue(install))).RunAsync(cancellationToken));

try
{
    return await command.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (PgHaException e)
{
    await Console.Error.WriteLineAsync($"{e.Message}{(e.Advice is null ? "" : $"\n{e.Advice}")}");
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
