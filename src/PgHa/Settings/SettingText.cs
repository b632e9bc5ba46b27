using System.Globalization;

namespace PgHa;

/// <summary>A value of PowerShell or JSON as PostgreSQL writes it.</summary>
internal static class SettingText
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>The text: Booleans as on and off, numbers as every culture reads them.</summary>
    /// <exception cref="PgHaException"><c>AmbiguousSettingValue</c>: a number that was most likely written as megabytes.</exception>
    public static string Of(object value) => value switch
    {
        string text => text,
        bool flag => flag ? "on" : "off",
        int or long when Convert.ToInt64(value, CultureInfo.InvariantCulture) is >= Megabyte and var bytes && bytes % Megabyte == 0 =>
            throw Ambiguous(bytes),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    // PowerShell reads 7MB as 7340032. What was most likely meant as bytes must not become a thousand times as much.
    private static PgHaException Ambiguous(long bytes) => new(
        ErrorIds.AmbiguousSettingValue, PgHaErrorKind.InvalidArgument,
        $"{bytes} is {bytes / Megabyte}MB to PowerShell, but a number without a unit to PostgreSQL, "
            + "which counts in kB, pages or megabytes depending on the setting.",
        $"Write it in quotes: '{bytes / Megabyte}MB', or '{bytes}' if that number is meant.");
}
