namespace PgHa;

/// <summary>Names of settings, in which case does not matter.</summary>
internal static class SettingName
{
    // All other settings of the server itself are in lower case.
    private static readonly string[] WithCapitals = ["DateStyle", "IntervalStyle", "TimeZone"];

    /// <summary>The name as <c>pg_settings</c> spells it; a setting of an extension is spelt as it was given.</summary>
    public static string Canonical(string name) =>
        WithCapitals.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? (name.Contains('.', StringComparison.Ordinal) ? name : name.ToLowerInvariant());
}
