using System.Globalization;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;

namespace PgHa.Engine.Settings;

/// <summary>The default settings of an installation, for a server that does not exist yet.</summary>
internal static class ProgramDefaults
{
    /// <summary>The defaults of integer settings. A setting that the program does not know is left out.</summary>
    /// <remarks>
    /// <c>postgres --describe-config</c> is no help: it prints 0 as the default of every number. <c>postgres -C</c> with an empty
    /// configuration file prints the default of one setting in each call. It needs a directory for the paths of the other files,
    /// but does not open them.
    /// </remarks>
    public static async Task<IReadOnlyDictionary<string, int>> ReadAsync(
        IHost host, string binDirectory, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        string program = ProgramFolders.FileOf(binDirectory, "postgres", host.IsWindows);
        string nothing = host.IsWindows ? "NUL" : "/dev/null";
        (string Name, CommandResult Result)[] answers = await Task.WhenAll(names.Select(async name => (name, await host.RunAsync(
            new HostCommand(program, "-D", binDirectory, "-C", name, "-c", $"config_file={nothing}"),
            cancellationToken).ConfigureAwait(false))))
            .ConfigureAwait(false);
        return answers
            .Select(answer => (answer.Name, Known: TryNumber(answer.Result, out int value), Value: value))
            .Where(answer => answer.Known)
            .ToDictionary(answer => answer.Name, answer => answer.Value);
    }

    private static bool TryNumber(CommandResult result, out int value)
    {
        value = 0;
        return result.Succeeded
            && int.TryParse(result.Output.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }
}
