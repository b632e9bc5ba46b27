using System.Globalization;
using PgHa.Engine.Configuration;
using PgHa.Engine.Machines;
using PgHa.Engine.Settings;

namespace PgHa.Engine.Cloning;

/// <summary>
/// The configuration that was there before its data directory: that of a Debian cluster whose data directory is empty or missing. The new
/// server keeps it, and gets no second one in its data directory, which the cluster's next start would not read.
/// </summary>
/// <param name="Main">Its <c>postgresql.conf</c>.</param>
/// <param name="Defaults">The defaults of the settings that a standby must not have lower than its primary.</param>
internal sealed record KeptConfiguration(ConfigurationSource Main, IReadOnlyDictionary<string, int> Defaults)
{
    /// <summary>The files that a data directory does not get.</summary>
    public static IReadOnlyList<string> Files { get; } = [ServerConfiguration.MainFileName, "pg_hba.conf", "pg_ident.conf"];

    /// <summary>The port in a <c>postgresql.conf</c>; <see langword="null"/> if it has none.</summary>
    public static int? PortIn(ConfigurationSource main) =>
        int.TryParse(main.Find("port")?.Entry.Value, CultureInfo.InvariantCulture, out int port) ? port : null;

    /// <summary>The configuration of a data directory to be made; <see langword="null"/> if nobody keeps one for it.</summary>
    /// <exception cref="PgHaException"><c>ConfigurationInvalid</c>: the server could not read it either.</exception>
    public static async Task<ConfigurationSource?> FindMainAsync(IHost host, string dataDirectory, CancellationToken cancellationToken) =>
        await ConfigurationLocation.OfDebianAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false) is { } path
            ? (await ServerConfiguration.LoadAsync(host, dataDirectory, path, cancellationToken).ConfigureAwait(false)).Main
            : null;

    /// <summary>The same with the defaults of the new server's programs.</summary>
    public static async Task<KeptConfiguration?> FindAsync(
        IHost host, string dataDirectory, string binDirectory, ServerDialect dialect, CancellationToken cancellationToken) =>
        await FindMainAsync(host, dataDirectory, cancellationToken).ConfigureAwait(false) is { } main
            ? new KeptConfiguration(main, await ProgramDefaults.ReadAsync(
                host, binDirectory, StandbyRequirement.NamesOf(dialect), cancellationToken).ConfigureAwait(false))
            : null;

    /// <summary>The server's <c>postgresql.auto.conf</c>, which says what the kept configuration does not.</summary>
    /// <param name="source">The file that came with the copy.</param>
    /// <param name="dialect">The server's version.</param>
    /// <param name="own">What the server shall have of its own.</param>
    /// <param name="required">The source's values of the settings that a standby must not have lower.</param>
    public ConfigurationFile AutoFile(
        ConfigurationFile source, ServerDialect dialect, IReadOnlyList<KeyValuePair<string, string>> own,
        IReadOnlyDictionary<string, int> required)
    {
        ConfigurationFile auto = InheritedSettings.InAutoFile(source, ConfigurationFile.Empty, dialect, own)
            .Set([.. own.Where(setting => Main.Find(setting.Key)?.Entry.Value != setting.Value)]);
        Dictionary<string, int> actual = required.Keys
            .Select(name => (Name: name, Text: auto[name] ?? Main.Find(name)?.Entry.Value))
            .Where(setting => setting.Text is not null || Defaults.ContainsKey(setting.Name))
            .ToDictionary(
                setting => setting.Name,
                setting => setting.Text is { } text
                    ? (int)SettingValue.ParseNumber(text, SettingType.Integer, unit: null)
                    : Defaults[setting.Name]);
        return auto.Set(
            [.. StandbyRequirement.Unmet(required, actual).Select(unmet => KeyValuePair.Create(
                unmet.Name, unmet.Required.ToString(CultureInfo.InvariantCulture)))]);
    }
}
