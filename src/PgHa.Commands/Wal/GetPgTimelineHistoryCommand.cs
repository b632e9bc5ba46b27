using System.Management.Automation;
using PgHa.Engine.Wal;

namespace PgHa.Commands;

/// <summary>Shows the timelines in the history of servers, and where each of them ended.</summary>
[Cmdlet(VerbsCommon.Get, "PgTimelineHistory")]
[OutputType(typeof(ServerTimeline))]
public sealed class GetPgTimelineHistoryCommand : PgFleetCommand
{
    /// <summary>The last timeline to show: an ancestor, or another one whose history file the server has.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(TimelineCompleter))]
    public TimelineId? Timeline { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (ServerTimeline line in await TimelineHistoryReader.ReadAsync(
            Engine, instance, Timeline, cancellationToken).ConfigureAwait(false))
        {
            output.Write(line);
        }
    }
}
