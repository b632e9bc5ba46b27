using PgHa.Engine.Machines;

namespace PgHa.Engine.Configuration;

/// <summary>The configuration files of one server as they are on its host.</summary>
/// <param name="Main"><c>postgresql.conf</c> with what it includes.</param>
/// <param name="Auto">
/// <c>postgresql.auto.conf</c>, which <c>ALTER SYSTEM</c> writes and which wins; <see langword="null"/> if there is none.
/// </param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/config-setting.html">Setting Parameters</see>.</remarks>
internal sealed record ServerConfiguration(ConfigurationSource Main, ConfigurationSource? Auto)
{
    /// <summary>The file's name in a data directory.</summary>
    public const string MainFileName = "postgresql.conf";

    /// <summary>The name of the file that <c>ALTER SYSTEM</c> writes.</summary>
    public const string AutoFileName = "postgresql.auto.conf";

    // The same limit as the server's. It ends the reading of a file that includes itself.
    private const int MaxDepth = 10;

    /// <summary>The line that wins; <see langword="null"/> if no file sets it.</summary>
    public LocatedSetting? Find(string name) => Auto?.Find(name) ?? Main.Find(name);

    /// <summary>The value that wins; <see langword="null"/> if no file sets it.</summary>
    public string? this[string name] => Find(name)?.Entry.Value;

    /// <summary>Every setting that a file sets, with the line that wins.</summary>
    public IEnumerable<LocatedSetting> Effective => Main.Settings.Concat(Auto?.Settings ?? [])
        .GroupBy(setting => setting.Entry.Name, StringComparer.OrdinalIgnoreCase)
        .Select(group => group.Last());

    /// <summary>Reads the files of a data directory.</summary>
    /// <param name="host">Where they are.</param>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="mainPath">Where <c>postgresql.conf</c> is, as <see cref="ConfigurationLocation"/> finds it.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="PgHaException">
    /// <c>ConfigurationMissing</c>, or <c>ConfigurationInvalid</c>: the server could not read a file either.
    /// </exception>
    public static async Task<ServerConfiguration> LoadAsync(
        IHost host, string dataDirectory, string mainPath, CancellationToken cancellationToken)
    {
        ConfigurationSource main = await ReadAsync(host, mainPath, 0, cancellationToken).ConfigureAwait(false)
            ?? throw Missing(mainPath);
        return new ServerConfiguration(
            main,
            await ReadAsync(host, HostPath.Combine(dataDirectory, AutoFileName), 0, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<ConfigurationSource?> ReadAsync(IHost host, string path, int depth, CancellationToken cancellationToken)
    {
        if (await host.ReadFileAsync(path, cancellationToken).ConfigureAwait(false) is not { } bytes)
            return null;

        ConfigurationFile file = Parse(path, bytes);
        Dictionary<int, IReadOnlyList<ConfigurationSource>> included = [];
        foreach (ConfigurationEntry entry in file.Entries.Where(e => e.Kind != ConfigurationEntryKind.Setting && depth < MaxDepth))
        {
            List<ConfigurationSource> sources = [];
            foreach (string name in await NamesAsync(host, path, entry, cancellationToken).ConfigureAwait(false))
            {
                if (await ReadAsync(host, name, depth + 1, cancellationToken).ConfigureAwait(false) is { } source)
                    sources.Add(source);
                else if (entry.Kind == ConfigurationEntryKind.Include)
                    throw Missing(name);
            }

            included[entry.LineNumber] = sources;
        }

        return new ConfigurationSource(path, file) { Included = included };
    }

    // Relative paths are relative to the folder of the including file.
    private static async Task<IEnumerable<string>> NamesAsync(
        IHost host, string path, ConfigurationEntry entry, CancellationToken cancellationToken)
    {
        string target = HostPath.Combine(HostPath.Parent(path)!, entry.Value);
        if (entry.Kind != ConfigurationEntryKind.IncludeDirectory)
            return [target];
        IReadOnlyList<string> names = await host.ListAsync(target, cancellationToken).ConfigureAwait(false) ?? [];
        return names
            .Where(name => name.EndsWith(".conf", StringComparison.Ordinal) && !name.StartsWith('.'))
            .Order(StringComparer.Ordinal)
            .Select(name => HostPath.Combine(target, name));
    }

    /// <summary>Reads one file. The failure of a malformed file names it.</summary>
    public static ConfigurationFile Parse(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return ConfigurationFile.Parse(bytes);
        }
        catch (MalformedTextException e)
        {
            throw new PgHaException(
                ErrorIds.ConfigurationInvalid, PgHaErrorKind.InvalidState,
                    $"The server could not read '{path}': {e.Message}", "Correct the file.",
                innerException: e);
        }
    }

    private static PgHaException Missing(string path) => new(
        ErrorIds.ConfigurationMissing, PgHaErrorKind.NotFound, $"There is no configuration file '{path}'.",
        "Check that the directory is a complete data directory.");
}
