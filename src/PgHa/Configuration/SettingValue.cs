using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>What the text of a setting means: <c>16MB</c> and <c>2048</c> pages of 8kB are the same <c>shared_buffers</c>.</summary>
/// <remarks>
/// The rules are those of the server's <c>guc.c</c>; see
/// <see href="https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES">Parameter Names and Values</see>.
/// </remarks>
public static partial class SettingValue
{
    private static readonly string[] TrueWords = ["true", "yes", "on", "1"];
    private static readonly string[] FalseWords = ["false", "no", "off", "0"];

    /// <summary>
    /// Reads <c>on</c>, <c>off</c>, <c>true</c>, <c>false</c>, <c>yes</c>, <c>no</c>, <c>1</c>, <c>0</c>, or an unambiguous
    /// beginning of one, in any case.
    /// </summary>
    public static bool TryParseBoolean(string text, out bool value)
    {
        bool IsBeginningOf(string word) => word.StartsWith(text, StringComparison.OrdinalIgnoreCase);
        value = TrueWords.Any(IsBeginningOf);
        return value != FalseWords.Any(IsBeginningOf);
    }

    /// <inheritdoc cref="TryParseBoolean"/>
    /// <exception cref="MalformedTextException">The text is no boolean.</exception>
    public static bool ParseBoolean(string text) =>
        TryParseBoolean(text, out bool value)
            ? value
            : throw new MalformedTextException("boolean", text, 0, "expected on, off, true, false, yes, no, 1 or 0");

    /// <summary>Reads a number, with a unit if the setting has one, and returns it in the setting's own unit.</summary>
    /// <param name="text">The value, such as <c>16MB</c>, <c>1.5h</c> or <c>-1</c>.</param>
    /// <param name="type">
    /// <see cref="SettingType.Integer"/>, which rounds and reads <c>0x</c> and a leading 0 as C does, or
    /// <see cref="SettingType.Real"/>.
    /// </param>
    /// <param name="unit">
    /// The setting's unit, as <c>pg_settings.unit</c> reports it; <see langword="null"/> or empty if it has none.
    /// </param>
    /// <exception cref="MalformedTextException">The text is no such number, or its unit does not fit; the message says where.</exception>
    public static double ParseNumber(string text, SettingType type, string? unit)
    {
        Match match = (type == SettingType.Integer ? IntegerNumber() : RealNumber()).Match(text);
        if (!match.Success)
            throw new MalformedTextException("number", text, 0, "expected a number");

        double number = ToDouble(match);
        Group unitText = match.Groups["unit"];
        if (unitText.Length > 0)
            number = InBaseUnit(number, text, unitText, unit);
        return (type == SettingType.Integer ? Math.Round(number, MidpointRounding.ToEven) : number) + 0.0; // no negative zero
    }

    /// <summary>
    /// Whether two values of a setting mean the same to the server. A text that is no value of
    /// the type equals only itself.
    /// </summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    /// <param name="type">The setting's type.</param>
    /// <param name="unit">
    /// The setting's unit, as <c>pg_settings.unit</c> reports it; <see langword="null"/> or empty if it has none.
    /// </param>
    public static bool AreEqual(string left, string right, SettingType type, string? unit = null)
    {
        if (left == right)
            return true;

        return type switch
        {
            SettingType.Bool => AreSameBoolean(left, right),
            SettingType.Integer or SettingType.Real => AreSameNumber(left, right, type, unit),
            // Enumerations such as synchronous_commit take true and yes for on without listing them.
            SettingType.Enum => left.Equals(right, StringComparison.OrdinalIgnoreCase) || AreSameBoolean(left, right),
            _ => false,
        };
    }

    /// <summary>The number as <c>SHOW</c> prints it: in the largest unit that leaves no fraction, such as <c>16MB</c>.</summary>
    /// <param name="number">The number in the setting's own unit.</param>
    /// <param name="unit">
    /// The setting's unit, as <c>pg_settings.unit</c> reports it; <see langword="null"/> or empty if it has none.
    /// </param>
    public static string Format(double number, string? unit)
    {
        // Zero and negative numbers stand for "off" or "default" and have no unit.
        if (string.IsNullOrEmpty(unit) || number <= 0)
            return Invariant(number);

        SettingUnit own = SettingUnit.OfSetting(unit);
        double size = number * own.Size;
        SettingUnit best = own.Family.FirstOrDefault(one => double.IsInteger(size / one.Size)) ?? own.Family.Last();
        return Invariant(size / best.Size) + best.Name;
    }

    private static string Invariant(double number) => number.ToString("0.############", CultureInfo.InvariantCulture);

    private static bool AreSameBoolean(string left, string right) =>
        TryParseBoolean(left, out bool one) && TryParseBoolean(right, out bool other) && one == other;

    private static bool AreSameNumber(string left, string right, SettingType type, string? unit)
    {
        try
        {
            return ParseNumber(left, type, unit).Equals(ParseNumber(right, type, unit));
        }
        catch (MalformedTextException)
        {
            return false;
        }
    }

    private static double InBaseUnit(double number, string text, Group unitText, string? unit)
    {
        if (string.IsNullOrEmpty(unit))
            throw new MalformedTextException("number", text, unitText.Index, "the setting has no unit");

        SettingUnit own = SettingUnit.OfSetting(unit);
        SettingUnit given = own.Family.FirstOrDefault(one => one.Name == unitText.Value)
            ?? throw new MalformedTextException(
                "number", text, unitText.Index,
                $"expected one of the units {string.Join(", ", own.Family.Reverse().Select(one => one.Name))}");

        // As the server does, 30.1GB is first rounded to whole MB.
        return given.Smaller is { } smaller
            ? Math.Round(number * given.Size / smaller.Size, MidpointRounding.ToEven) * smaller.Size / own.Size
            : number * given.Size / own.Size;
    }

    private static double ToDouble(Match match)
    {
        int sign = match.Groups["sign"].Value == "-" ? -1 : 1;
        if (match.Groups["hex"] is { Success: true } hex)
            return sign * (double)ulong.Parse(hex.Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (match.Groups["octal"] is { Success: true } octal)
            return sign * (double)Convert.ToUInt64(octal.Value, 8);
        return sign * double.Parse(match.Groups["decimal"].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    // As C's strtol does with base 0; so 08 is no number, and nothing may precede a leading point.
    [GeneratedRegex(
        @"^\s*(?<sign>[-+]?)(?:0x(?<hex>[0-9A-Fa-f]{1,15})|0(?<octal>[0-7]{1,20})(?![0-9.eE])|"
        + @"(?!0[0-7]*[89])(?<decimal>(?:[0-9]+\.?[0-9]*|(?<![-+\s])\.[0-9]+)(?:[eE][-+]?[0-9]+)?))\s*(?<unit>[A-Za-z]*)\s*\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex IntegerNumber();

    [GeneratedRegex(
        @"^\s*(?<sign>[-+]?)(?<decimal>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*(?<unit>[A-Za-z]*)\s*\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex RealNumber();
}
