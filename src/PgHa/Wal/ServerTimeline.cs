namespace PgHa;

/// <summary>A timeline that a server's data went through, or is on.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES">Timelines</see>.</remarks>
public sealed record ServerTimeline
{
    /// <summary>The server.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>The timeline.</summary>
    public required TimelineId Timeline { get; init; }

    /// <summary>The timeline it branched off; none for the first.</summary>
    public TimelineId? Parent { get; init; }

    /// <summary>Where it branched off; none for the first.</summary>
    public Lsn? BeginLsn { get; init; }

    /// <summary>Where the server's history left it; none for the last.</summary>
    public Lsn? EndLsn { get; init; }

    /// <summary>Why the server's history left it, such as <c>no recovery target specified</c>: a promotion without a target.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the server is on it now.</summary>
    public bool IsCurrent { get; init; }

    /// <summary>The history it is a line of; it says what else can follow, and where two servers parted.</summary>
    public required TimelineHistory History { get; init; }

    /// <summary>The lines of a history, oldest first.</summary>
    /// <param name="server">The server.</param>
    /// <param name="current">The timeline it is on.</param>
    /// <param name="history">Its history, or that of another timeline it knows.</param>
    public static IReadOnlyList<ServerTimeline> Of(PgInstance server, TimelineId current, TimelineHistory history)
    {
        List<ServerTimeline> lines = [];
        TimelineSwitch? before = null;
        foreach (TimelineSwitch end in history.Switches)
        {
            lines.Add(Line(end.Timeline) with { EndLsn = end.EndLsn, Reason = end.Reason });
            before = end;
        }

        return [.. lines, Line(history.Timeline)];

        ServerTimeline Line(TimelineId timeline) => new()
        {
            Server = server,
            Timeline = timeline,
            Parent = before?.Timeline,
            BeginLsn = before?.EndLsn,
            IsCurrent = timeline == current,
            History = history,
        };
    }

    /// <summary><c>Timeline 2 of node20@127.0.0.1:9420</c>.</summary>
    public override string ToString() => $"Timeline {Timeline} of {Server}";
}
