using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>Finds time and process in what <c>log_line_prefix</c> puts before each line.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LINE-PREFIX">log_line_prefix</see>.
/// </remarks>
public sealed class LogLinePrefix
{
    /// <summary>The default of the setting (10).</summary>
    public const string DefaultFormat = "%m [%p] ";

    private readonly Regex _pattern;
    private readonly TimeZoneInfo _timeZone;

    /// <summary>A prefix in the setting's own notation.</summary>
    /// <param name="format">The value of <c>log_line_prefix</c>.</param>
    /// <param name="timeZone">The zone of <c>log_timezone</c>, whose abbreviation (<c>CST</c>) the server writes; UTC by default.</param>
    public LogLinePrefix(string format, TimeZoneInfo? timeZone = null)
    {
        _timeZone = timeZone ?? TimeZoneInfo.Utc;
        _pattern = new Regex($"^{Pattern(format)}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
    }

    /// <summary>Reads the prefix of a line; <see langword="false"/> if the line does not begin with one.</summary>
    /// <param name="line">The line.</param>
    /// <param name="length">How many characters the prefix has.</param>
    /// <param name="time">The time, if it is in the prefix.</param>
    /// <param name="processId">The process id, if it is in the prefix.</param>
    public bool TryRead(string line, out int length, out DateTimeOffset? time, out int? processId)
    {
        Match match = _pattern.Match(line);
        length = match.Length;
        time = !match.Success ? null : TimeOf(match);
        processId = match.Groups["pid"] is { Success: true } pid ? int.Parse(pid.ValueSpan, CultureInfo.InvariantCulture) : null;
        return match.Success;
    }

    private DateTimeOffset? TimeOf(Match match)
    {
        if (match.Groups["epoch"] is { Success: true } epoch)
            return DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(double.Parse(epoch.ValueSpan, CultureInfo.InvariantCulture));
        if (match.Groups["time"] is not { Success: true } local
            || !DateTime.TryParseExact(
                local.Value, ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.fff"],
                CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime clock))
        {
            return null;
        }

        return new DateTimeOffset(clock, OffsetOf(match.Groups["zone"].Value, clock));
    }

    // Abbreviations are ambiguous (CST is three zones), but the server writes those of one zone only.
    private TimeSpan OffsetOf(string zone, DateTime clock)
    {
        if (zone is "UTC" or "GMT" or "Z")
            return TimeSpan.Zero;
        if (zone[0] is not ('+' or '-'))
            return _timeZone.GetUtcOffset(clock);
        string digits = zone[1..].Replace(":", "", StringComparison.Ordinal).PadRight(4, '0');
        var offset = new TimeSpan(
            int.Parse(digits.AsSpan(0, 2), CultureInfo.InvariantCulture),
            int.Parse(digits.AsSpan(2, 2), CultureInfo.InvariantCulture), 0);
        return zone[0] == '-' ? -offset : offset;
    }

    private static string Pattern(string format)
    {
        var pattern = new StringBuilder();
        int optional = 0;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                pattern.Append(Regex.Escape(format[i].ToString()));
                continue;
            }

            // A number between % and the letter pads with blanks, on the left or, if negative, on the right.
            int letter = i + 1;
            while (letter < format.Length - 1 && (format[letter] == '-' || char.IsAsciiDigit(format[letter])))
                letter++;
            bool isPadded = letter > i + 1;
            i = letter;
            // Processes that serve no session stop at %q.
            if (format[i] == 'q')
            {
                pattern.Append("(?:");
                optional++;
                continue;
            }

            pattern.Append(isPadded ? $" *{Escape(format[i])} *" : Escape(format[i]));
        }

        return pattern.Append(string.Concat(Enumerable.Repeat(")?", optional))).ToString();
    }

    private static string Escape(char letter) => letter switch
    {
        'm' or 't' => @"(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{3})?) (?<zone>[A-Za-z]+|[+-]\d\d(:?\d\d)?)",
        'n' => @"(?<epoch>\d+\.\d+)",
        'p' => @"(?<pid>\d+)",
        's' => @"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+",
        'l' or 'x' => @"\d+",
        'P' => @"\d*",
        'Q' => @"-?\d+",
        'c' => @"[0-9a-f]+\.[0-9a-f]+",
        'e' => "[0-9A-Z]{5}",
        '%' => "%",
        // Names and addresses: anything, as little as possible, often nothing.
        'a' or 'u' or 'd' or 'r' or 'h' or 'b' or 'i' or 'v' or 'L' => ".*?",
        // The server leaves out escapes that it does not know.
        _ => "",
    };
}
