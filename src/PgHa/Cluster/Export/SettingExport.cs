namespace PgHa;

/// <summary>Finds the settings of a running cluster that its definition needs: those that somebody set.</summary>
internal sealed class SettingExport
{
    // Settings that initdb takes from the machine, and the paths of a server's own files.
    private static readonly HashSet<string> OfInitdb = new(StringComparer.OrdinalIgnoreCase)
    {
        "config_file", "datestyle", "default_text_search_config", "dynamic_shared_memory_type", "lc_messages", "lc_monetary", "lc_numeric",
        "lc_time", "log_timezone", "timezone", "unix_socket_directories",
    };

    private readonly ClusterObservation _observation;

    public SettingExport(ClusterObservation observation, IReadOnlyList<MemberObservation> members)
    {
        _observation = observation;
        Dictionary<string, string>[] all = [.. members.Select(OwnOf)];
        Common = all.Length == 0 ? [] : all[0]
            .Where(setting => all.All(
                own => own.TryGetValue(setting.Key, out string? value) && AreEqual(setting.Key, value, setting.Value)))
            .ToDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The settings that have the same value on every member.</summary>
    public IReadOnlyDictionary<string, string> Common { get; }

    /// <summary>The settings that one member has besides the common ones.</summary>
    public IReadOnlyDictionary<string, string> Of(MemberObservation member) =>
        OwnOf(member).Where(setting => !Common.ContainsKey(setting.Key)).ToDictionary(StringComparer.OrdinalIgnoreCase);

    private Dictionary<string, string> OwnOf(MemberObservation member) =>
        (from setting in member.Settings ?? []
         where !OwnedSettingRules.IsOwned(setting.Name) && !OfInitdb.Contains(setting.Name) && IsMade(setting)
         let standard = setting.Default ?? _observation.Describe(setting.Name)?.Default
         where standard is null || !AreEqual(setting.Name, setting.Value, standard)
         select setting).ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.OrdinalIgnoreCase);

    // For a server that answers no SQL, only the settings in its files are known.
    private static bool IsMade(PgSetting setting) => setting.Type is null || setting.Source == "configuration file";

    private bool AreEqual(string name, string left, string right)
    {
        PgSetting? described = _observation.Describe(name);
        return SettingValue.AreEqual(left, right, described?.Type ?? SettingType.String, described?.Unit);
    }
}
