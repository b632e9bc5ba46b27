using System.Globalization;

namespace PgHa;

/// <summary>Times and durations as messages and views show them, the same in every culture.</summary>
internal static class TimeText
{
    /// <summary>A moment: <c>2026-03-04 05:06:07 +02:00</c>.</summary>
    public static string Of(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <summary>A duration in seconds, with at most one digit after the point: <c>0.5 s</c>.</summary>
    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
