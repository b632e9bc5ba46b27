namespace PgHa;

/// <summary>Tells whether a restart would give a setting another value.</summary>
/// <remarks>
/// The server marks a setting as pending when a file has another value than the one in effect, and removes the mark only
/// when a file has the value in effect again. The mark stays if the change was taken out of the files, or if the command
/// line overrides them. See <see href="https://www.postgresql.org/docs/current/view-pg-settings.html">pg_settings</see>.
/// </remarks>
internal static class RestartNeed
{
    /// <summary>The source of a setting from the server's command line, which no file overrides.</summary>
    public const string CommandLine = "command line";

    private const string ConfigurationFile = "configuration file";

    /// <summary>Whether a restart would change a setting that the server has marked.</summary>
    /// <param name="setting">The setting as it is in effect.</param>
    /// <param name="inFile">The value that wins in the files; <see langword="null"/> if none sets it.</param>
    public static bool Of(PgSetting setting, string? inFile) => setting.Source != CommandLine
        && (inFile is null
            ? setting.Source == ConfigurationFile && setting.Value != setting.Default
            : !SettingValue.AreEqual(setting.Value, inFile, setting.Type ?? SettingType.String, setting.Unit));
}
