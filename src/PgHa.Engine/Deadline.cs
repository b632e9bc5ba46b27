using System.Diagnostics;

namespace PgHa.Engine;

/// <summary>The end of a wait.</summary>
internal readonly struct Deadline
{
    private readonly long _started;
    private readonly TimeSpan _limit;

    private Deadline(TimeSpan limit) => (_started, _limit) = (Stopwatch.GetTimestamp(), limit);

    /// <summary>How long the wait has taken.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>Whether it has taken too long.</summary>
    public bool HasPassed => Elapsed > _limit;

    /// <summary>How much longer the wait may take.</summary>
    public TimeSpan Left => _limit - Elapsed is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>A wait that begins now.</summary>
    public static Deadline In(TimeSpan limit) => new(limit);

    /// <summary>How long the wait may take, such as <c>60 s</c>.</summary>
    public override string ToString() => TimeText.Seconds(_limit);
}
