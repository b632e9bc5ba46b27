namespace PgHa.Tests;

public sealed class ServerTimelineTests
{
    private static readonly PgInstance Server = new() { Name = "node20", Port = 5432 };

    [Fact]
    public void Each_timeline_begins_where_its_parent_ended()
    {
        TimelineHistory history = TimelineHistory.Parse(
            new TimelineId(5), "1\t0/3000148\tno recovery target specified\n2\t0/5000028\tbefore 2026-01-02\n");

        IReadOnlyList<ServerTimeline> lines = ServerTimeline.Of(Server, new TimelineId(5), history);

        Assert.Equal(
            [
                (1u, null, null, "0/3000148", "no recovery target specified", false),
                (2u, 1u, "0/3000148", "0/5000028", "before 2026-01-02", false),
                (5u, 2u, "0/5000028", null, null, true),
            ],
            lines.Select(line => (line.Timeline.Value, line.Parent?.Value, line.BeginLsn?.ToString(), line.EndLsn?.ToString(), line.Reason,
                line.IsCurrent)));
    }

    [Fact]
    public void The_last_line_of_another_timelines_history_is_not_the_current_one() =>
        Assert.DoesNotContain(
            ServerTimeline.Of(Server, new TimelineId(2), TimelineHistory.Parse(new TimelineId(3), "1\t0/3000148\tx\n")),
            line => line.IsCurrent);
}
