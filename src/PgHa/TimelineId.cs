using System.Globalization;

namespace PgHa;

/// <summary>The number of a timeline: 1 at initdb, one higher at each promotion.</summary>
/// <param name="Value">The number, at least 1 for a real timeline.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES">Timelines</see>.</remarks>
public readonly record struct TimelineId(uint Value) : IComparable<TimelineId>, IComparable
{
    /// <summary>Reads a decimal number of at least 1.</summary>
    /// <exception cref="MalformedTextException">The text is no timeline number.</exception>
    public static TimelineId Parse(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint value) && value > 0
            ? new TimelineId(value)
            : throw new MalformedTextException("timeline", text, 0, "expected a decimal number of at least 1");

    /// <inheritdoc/>
    public int CompareTo(TimelineId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        TimelineId other => CompareTo(other),
        _ => throw new ArgumentException($"A timeline cannot be compared to '{obj}'.", nameof(obj)),
    };

    /// <summary>The number in decimal, as the server's functions print it.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the left timeline is older.</summary>
    public static bool operator <(TimelineId left, TimelineId right) => left.Value < right.Value;

    /// <summary>Whether the left timeline is newer.</summary>
    public static bool operator >(TimelineId left, TimelineId right) => left.Value > right.Value;

    /// <summary>Whether the left timeline is not newer.</summary>
    public static bool operator <=(TimelineId left, TimelineId right) => left.Value <= right.Value;

    /// <summary>Whether the left timeline is not older.</summary>
    public static bool operator >=(TimelineId left, TimelineId right) => left.Value >= right.Value;
}
