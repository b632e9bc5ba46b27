namespace PgHa.Engine.Logs;

/// <summary>Makes the line prefix from <c>log_line_prefix</c> and <c>log_timezone</c>.</summary>
internal static class LogPrefixes
{
    public static LogLinePrefix Of(string? format, string? timeZone) =>
        new(
            format ?? LogLinePrefix.DefaultFormat,
            timeZone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out TimeZoneInfo? zone) ? zone : null);
}
