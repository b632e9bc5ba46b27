using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;
using PgHa.Engine.Programs;

namespace PgHa.Engine.Instances;

/// <summary>Has the server's own program read its configuration files, as it would at the start.</summary>
internal static class ConfigurationCheck
{
    /// <summary>Refuses files with which the server would not start, such as those with a setting that this major no longer has.</summary>
    /// <param name="host">Where the server lives.</param>
    /// <param name="server">The server.</param>
    /// <param name="kept">The part of its last command line that it keeps; the command line may name other files.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="PgHaException"><c>ConfigurationInvalid</c>: the message has each line that is wrong.</exception>
    public static async Task RequireAsync(IHost host, PgInstance server, KeptOptions kept, CancellationToken cancellationToken)
    {
        string directory = server.DataDirectory!;
        IReadOnlyList<PostmasterOption> options =
            StartOptions.Select(await StartOptions.ReadAsync(host, directory, cancellationToken).ConfigureAwait(false), kept);
        List<string> words = [.. options.SelectMany(option => option.Words)];
        if (PostmasterOptions.ValueOf(options, "config_file") is null)
        {
            IReadOnlyList<string> names = await host.ListAsync(directory, cancellationToken).ConfigureAwait(false) ?? [];
            string main = await ConfigurationLocation.FindAsync(host, directory, names, cancellationToken).ConfigureAwait(false);
            words.AddRange(["-c", $"config_file={main}"]);
        }

        string program = await ProgramPath.OfAsync(host, server, "postgres", cancellationToken).ConfigureAwait(false);
        // postgres -C reads all files before it prints a value, whichever setting is asked for.
        CommandResult result = await host.RunAsync(
            new HostCommand(program, ["-D", directory, "-C", "data_directory", .. words]), cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ConfigurationFault> faults = result.Succeeded ? [] : ConfigurationFault.InLog(result.Error);
        // The server itself reports any other failure better.
        if (faults.Count == 0)
            return;
        string[] unknown = [.. faults.Select(fault => fault.UnknownSetting).OfType<string>().Distinct()];
        string advice = unknown.Length > 0
            ? $"Take {string.Join(", ", unknown)} out of {Plural.Of(faults.Count, "the file", "the files")}: "
                + "this major has no such setting, or it is of a library that is not loaded."
            : "Correct it with Set-PgSetting or Reset-PgSetting, and start it again.";
        throw new PgHaException(
            ErrorIds.ConfigurationInvalid, PgHaErrorKind.InvalidState,
            $"{server} would not start with its configuration: {string.Join("; ", faults)}.", advice, server.ToString());
    }
}
