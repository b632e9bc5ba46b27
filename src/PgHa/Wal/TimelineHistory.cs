using System.Globalization;

namespace PgHa;

/// <summary>How a timeline came to be: the timelines before it, and where each ended.</summary>
/// <remarks>
/// The server keeps it in a file such as <c>00000003.history</c>; timeline 1 has none. See
/// <see href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES">Timelines</see>.
/// </remarks>
public sealed class TimelineHistory
{
    private readonly string _text;

    private TimelineHistory(TimelineId timeline, IReadOnlyList<TimelineSwitch> switches, string text)
    {
        Timeline = timeline;
        Switches = IndexableList.Of(switches);
        _text = text;
    }

    /// <summary>The timeline whose history it is.</summary>
    public TimelineId Timeline { get; }

    /// <summary>The timelines before it, oldest first.</summary>
    public IReadOnlyList<TimelineSwitch> Switches { get; }

    /// <summary>A timeline without ancestors, such as the first.</summary>
    public static TimelineHistory Initial(TimelineId timeline) => new(timeline, [], "");

    /// <summary>Reads a history file.</summary>
    /// <param name="timeline">The timeline the file is named after.</param>
    /// <param name="text">The file: blank lines, comments that begin with <c>#</c>, and lines of timeline, position and reason.</param>
    /// <exception cref="MalformedTextException">The server would refuse the file; the message says where.</exception>
    public static TimelineHistory Parse(TimelineId timeline, string text) =>
        new(timeline, TimelineHistoryParser.Parse(timeline, text), text);

    /// <summary>The history of the timeline that begins where this one ends.</summary>
    /// <param name="child">The new timeline, higher than this.</param>
    /// <param name="end">Where this timeline ends.</param>
    /// <param name="reason">Why, in one line.</param>
    public TimelineHistory Fork(TimelineId child, Lsn end, string reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(child, Timeline);

        // The bytes a server writes: the parent's file, an empty line, and the new line.
        string line = string.Create(CultureInfo.InvariantCulture, $"{(_text.Length > 0 ? "\n" : "")}{Timeline}\t{end}\t{reason}\n");
        return new(child, [.. Switches, new TimelineSwitch(Timeline, end, reason)], _text + line);
    }

    /// <summary>Whether a timeline is this one or one it came from.</summary>
    public bool Contains(TimelineId timeline) => timeline == Timeline || Switches.Any(s => s.Timeline == timeline);

    /// <summary>
    /// Whether a server that has the WAL of a timeline up to a position can follow this history: whether
    /// the timeline is in it and did not end before that position.
    /// </summary>
    /// <remarks>WAL beyond the end of a timeline was written by a server that went on after the fork: it has to be rewound.</remarks>
    public bool Contains(TimelineId timeline, Lsn position) =>
        Contains(timeline) && (EndOf(timeline) is not { } end || position <= end);

    /// <summary>The history of one of its timelines; <see langword="null"/> if it has no such timeline.</summary>
    public TimelineHistory? OfAncestor(TimelineId timeline)
    {
        if (timeline == Timeline)
            return this;
        if (!Contains(timeline))
            return null;
        TimelineSwitch[] before = [.. Switches.TakeWhile(s => s.Timeline != timeline)];
        TimelineHistory history = Initial(before.Length > 0 ? before[0].Timeline : timeline);
        for (int i = 0; i < before.Length; i++)
            history = history.Fork(i + 1 < before.Length ? before[i + 1].Timeline : timeline, before[i].EndLsn, before[i].Reason);
        return history;
    }

    /// <summary>Where a timeline of this history ended; <see langword="null"/> for the current one, and for one not in it.</summary>
    public Lsn? EndOf(TimelineId timeline) => Switches.FirstOrDefault(s => s.Timeline == timeline)?.EndLsn;

    /// <summary>The last position this history and another have in common; <see langword="null"/> if they share no timeline.</summary>
    /// <remarks>
    /// This is the position that <c>pg_rewind</c> finds: a server has to discard what it wrote
    /// after it to follow the other one.
    /// </remarks>
    public TimelineFork? ForkFrom(TimelineHistory other)
    {
        TimelineFork? fork = null;
        Lsn begin = Lsn.Zero;
        Lsn otherBegin = Lsn.Zero;
        for (int i = 0; i <= Math.Min(Switches.Count, other.Switches.Count); i++)
        {
            // The same number can be given to different timelines: two standbys promoted from one primary.
            TimelineId timeline = TimelineAt(i);
            if (timeline != other.TimelineAt(i) || begin != otherBegin)
                break;

            Lsn? end = EndOf(timeline);
            Lsn? otherEnd = other.EndOf(timeline);
            fork = new TimelineFork(timeline, Earlier(end, otherEnd));
            (begin, otherBegin) = (end ?? begin, otherEnd ?? otherBegin);
        }

        return fork;
    }

    /// <summary>The file, byte for byte as it was read or as a server would write it.</summary>
    public override string ToString() => _text;

    private TimelineId TimelineAt(int index) => index < Switches.Count ? Switches[index].Timeline : Timeline;

    // A timeline without an end counts as ending after all others.
    private static Lsn? Earlier(Lsn? left, Lsn? right) => left is null || right < left ? right : left;
}
