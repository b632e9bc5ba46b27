namespace PgHa;

/// <summary>Names of settings, which mean the same in any case.</summary>
internal static class SettingName
{
    // All others of the server's own are in lower case.
    private static readonly string[] WithCapitals = ["DateStyle", "IntervalStyle", "TimeZone"];

    /// <summary>The name as <c>pg_settings</c> spells it; a setting of an extension is spelt as it was given.</summary>
    public static string Canonical(string name) =>
        WithCapitals.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? (name.Contains('.', StringComparison.Ordinal) ? name : name.ToLowerInvariant());
}
