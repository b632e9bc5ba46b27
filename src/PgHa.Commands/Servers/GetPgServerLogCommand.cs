using System.Management.Automation;
using PgHa.Engine.Logs;

namespace PgHa.Commands;

/// <summary>Reads the log of servers.</summary>
[Cmdlet(VerbsCommon.Get, "PgServerLog")]
[OutputType(typeof(ServerLogEntry))]
public sealed class GetPgServerLogCommand : PgFleetCommand
{
    private const int DefaultTail = 100;

    /// <summary>How many of the newest entries to emit. By default 100, or all if Since is given.</summary>
    [Parameter]
    [Alias("Last")]
    [ValidateRange(1, int.MaxValue)]
    public int? Tail { get; set; }

    /// <summary>Entries from this moment on.</summary>
    [Parameter]
    public DateTimeOffset? Since { get; set; }

    /// <summary>The minimum severity.</summary>
    [Parameter]
    public LogSeverity Severity { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        var filter = new ServerLogFilter { Tail = Tail ?? (Since is null ? DefaultTail : null), Since = Since, MinimumSeverity = Severity };
        foreach (ServerLogEntry entry in await ServerLog.ReadAsync(Engine, instance, filter, cancellationToken).ConfigureAwait(false))
            output.Write(entry);
    }
}
