using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>A unit of settings: a number of bytes or of microseconds.</summary>
/// <remarks>The names are case-sensitive, and memory counts in steps of 1024.</remarks>
internal sealed partial record SettingUnit(string Name, double Size, bool IsTime)
{
    // The largest first, which is the order in which the server looks for one to print a value in.
    private static readonly SettingUnit[] All =
    [
        new("TB", 1024.0 * 1024 * 1024 * 1024, false),
        new("GB", 1024.0 * 1024 * 1024, false),
        new("MB", 1024.0 * 1024, false),
        new("kB", 1024, false),
        new("B", 1, false),
        new("d", 86_400e6, true),
        new("h", 3_600e6, true),
        new("min", 60e6, true),
        new("s", 1e6, true),
        new("ms", 1e3, true),
        new("us", 1, true),
    ];

    /// <summary>The units of the same kind, the largest first.</summary>
    public IEnumerable<SettingUnit> Family => All.Where(unit => unit.IsTime == IsTime);

    /// <summary>The next smaller unit of the same kind.</summary>
    public SettingUnit? Smaller => Family.FirstOrDefault(unit => unit.Size < Size);

    /// <summary>
    /// The unit of a setting as <c>pg_settings.unit</c> reports it: <c>kB</c>, <c>ms</c>, or a
    /// number of them such as <c>8kB</c>.
    /// </summary>
    /// <exception cref="MalformedTextException">It is no unit that PostgreSQL has.</exception>
    public static SettingUnit OfSetting(string unit)
    {
        Match match = CountAndName().Match(unit);
        SettingUnit? found = match.Success ? All.FirstOrDefault(one => one.Name == match.Groups[2].Value) : null;
        if (found is null)
            throw new MalformedTextException("unit", unit, 0, "expected a unit as pg_settings reports it, such as 8kB or ms");
        double count = match.Groups[1].Length == 0 ? 1 : double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return found with { Name = unit, Size = found.Size * count };
    }

    [GeneratedRegex(@"^([1-9][0-9]{0,8})?([A-Za-z]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex CountAndName();
}
