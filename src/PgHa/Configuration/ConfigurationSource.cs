namespace PgHa;

/// <summary>
/// A configuration file with the files its include directives name, loaded by whoever has access to them. It finds
/// the line that decides a setting.
/// </summary>
/// <param name="Path">Where the file is.</param>
/// <param name="File">What it says.</param>
public sealed record ConfigurationSource(string Path, ConfigurationFile File)
{
    /// <summary>
    /// The included files by the line number of their directive, in the order the server reads them: for <c>include_dir</c>
    /// the C locale's order of names. A directive that included no file may be left out.
    /// </summary>
    public IReadOnlyDictionary<int, IReadOnlyList<ConfigurationSource>> Included { get; init; } =
        new Dictionary<int, IReadOnlyList<ConfigurationSource>>();

    /// <summary>Every setting in the order the server reads them, included files in their place.</summary>
    public IEnumerable<LocatedSetting> Settings => File.Entries.SelectMany(
        entry => entry.Kind == ConfigurationEntryKind.Setting
            ? [new LocatedSetting(Path, entry)]
            : Included.GetValueOrDefault(entry.LineNumber, []).SelectMany(source => source.Settings));

    /// <summary>The setting's line that wins, which is the last one read; <see langword="null"/> if no file sets it.</summary>
    public LocatedSetting? Find(string name) =>
        Settings.LastOrDefault(setting => setting.Entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
