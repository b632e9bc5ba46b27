using System.Globalization;
using PgHa.Engine.Hosts;
using PgHa.Engine.Programs;

namespace PgHa.Engine.Settings;

/// <summary>The defaults of a server's programs, for a server that is not there yet.</summary>
internal static class ProgramDefaults
{
    /// <summary>The defaults of settings that are whole numbers; one that the program does not tell is left out.</summary>
    /// <remarks>
    /// <c>postgres --describe-config</c> cannot be asked: it prints 0 as the default of every number. <c>postgres -C</c> with
    /// an empty configuration file prints the default, of one setting in each call. It wants some directory to look for the
    /// other files in, and does not open them.
    /// </remarks>
    public static async Task<IReadOnlyDictionary<string, int>> ReadAsync(
        IHost host, string binDirectory, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        string program = ProgramFolders.FileOf(binDirectory, "postgres", host.IsWindows);
        string nothing = host.IsWindows ? "NUL" : "/dev/null";
        (string Name, CommandResult Result)[] answers = await Task.WhenAll(names.Select(async name => (name, await host.RunAsync(
            new HostCommand(program, "-D", binDirectory, "-C", name, "-c", $"config_file={nothing}"), cancellationToken).ConfigureAwait(false))))
            .ConfigureAwait(false);
        return answers
            .Select(answer => (answer.Name, Known: TryNumber(answer.Result, out int value), Value: value))
            .Where(answer => answer.Known)
            .ToDictionary(answer => answer.Name, answer => answer.Value);
    }

    private static bool TryNumber(CommandResult result, out int value)
    {
        value = 0;
        return result.Succeeded && int.TryParse(result.Output.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }
}
