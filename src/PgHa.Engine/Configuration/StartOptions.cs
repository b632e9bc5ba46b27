using System.Text;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Configuration;

/// <summary>The options that a server was started with last.</summary>
internal static class StartOptions
{
    /// <summary>The options of the last start. A server that has never run has none.</summary>
    public static async Task<IReadOnlyList<PostmasterOption>> ReadAsync(
        IHost host, string dataDirectory, CancellationToken cancellationToken) =>
        await host.ReadFileAsync(
            HostPath.Combine(dataDirectory, PostmasterOptions.FileName), cancellationToken).ConfigureAwait(false) is { } content
            ? PostmasterOptions.Parse(Encoding.UTF8.GetString(content))
            : [];

    /// <summary>The options for the next start.</summary>
    public static IReadOnlyList<PostmasterOption> Select(IReadOnlyList<PostmasterOption> options, KeptOptions kept) =>
    [
        .. options.Where(option => kept switch
        {
            KeptOptions.None => false,
            KeptOptions.AllButRecovery => !option.IsOfRecovery,
            _ => true,
        }),
    ];

    /// <summary>The options for the next start. The log warns of those that are left out.</summary>
    public static IReadOnlyList<PostmasterOption> Kept(
        IEngineLog log, PgInstance instance, IReadOnlyList<PostmasterOption> options, KeptOptions kept)
    {
        IReadOnlyList<PostmasterOption> again = Select(options, kept);
        // The start always passes config_file where it is needed, so its absence is not reported.
        PostmasterOption[] left = [.. options.Except(again).Where(option => option.Setting != "config_file")];
        if (left.Length > 0)
        {
            log.Warn($"{instance} was started last with {string.Join(' ', left.AsEnumerable())} on its command line, "
                + "and is started without: "
                + "put into its files what it shall keep (Set-PgSetting).");
        }

        if (again.Count > 0)
            log.Step($"{instance} is started with {string.Join(' ', again)}, as it was");
        return again;
    }
}
