using System.Text;
using PgHa.Engine.Hosts;

namespace PgHa.Engine.Instances;

/// <summary>The options that a server was started with last.</summary>
internal static class StartOptions
{
    /// <summary>The options; none of a server that has never run.</summary>
    public static async Task<IReadOnlyList<PostmasterOption>> ReadAsync(IHost host, string dataDirectory, CancellationToken cancellationToken) =>
        await host.ReadFileAsync(Path.Combine(dataDirectory, PostmasterOptions.FileName), cancellationToken).ConfigureAwait(false) is { } content
            ? PostmasterOptions.Parse(Encoding.UTF8.GetString(content))
            : [];

    /// <summary>Those that the server is started with again.</summary>
    public static IReadOnlyList<PostmasterOption> Select(IReadOnlyList<PostmasterOption> options, KeptOptions kept) =>
    [
        .. options.Where(option => kept switch
        {
            KeptOptions.None => false,
            KeptOptions.AllButRecovery => !option.IsOfRecovery,
            _ => true,
        }),
    ];

    /// <summary>Those that the server is started with again; what is left out is said.</summary>
    public static IReadOnlyList<PostmasterOption> Kept(IEngineLog log, PgInstance instance, IReadOnlyList<PostmasterOption> options, KeptOptions kept)
    {
        IReadOnlyList<PostmasterOption> again = Select(options, kept);
        // Where the configuration is, the server is told in any case.
        PostmasterOption[] left = [.. options.Except(again).Where(option => option.Setting != "config_file")];
        if (left.Length > 0)
        {
            log.Warn($"{instance} was started last with {string.Join(' ', left.AsEnumerable())} on its command line, and is started without: "
                + "put into its files what it shall keep (Set-PgSetting).");
        }

        if (again.Count > 0)
            log.Step($"{instance} is started with {string.Join(' ', again)}, as it was");
        return again;
    }
}
