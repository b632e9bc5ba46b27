using System.Management.Automation;
using PgHa.Engine.Waiting;

namespace PgHa.Commands;

/// <summary>Waits until standbys have caught up.</summary>
[Cmdlet(VerbsLifecycle.Wait, "PgReplication", DefaultParameterSetName = "Stage")]
[OutputType(typeof(PgInstance))]
public sealed class WaitPgReplicationCommand : PgFleetCommand
{
    /// <summary>The position to reach. By default, the upstream's position when the wait begins.</summary>
    [Parameter(Position = 0)]
    public Lsn? Lsn { get; set; }

    /// <summary>The server that the WAL comes from. By default, the one that the standby's configuration names.</summary>
    [Parameter]
    [Alias("Primary")]
    [PgInstanceTransformation]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [ValidateNotNull]
    public PgInstance? Upstream { get; set; }

    /// <summary>What the standby must have done with the WAL.</summary>
    [Parameter(ParameterSetName = "Stage")]
    public ReplicationStage Stage { get; set; } = ReplicationStage.Replayed;

    /// <summary>The stage for which a commit at this level waits.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "CommitLevel")]
    [PostgreSqlSpelling]
    public CommitLevel? CommitLevel { get; set; }

    /// <summary>Emits the standbys that have caught up.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        ReplicationWaitOptions options = new()
        {
            Target = Lsn,
            Upstream = Upstream is null ? null : Reached(Upstream),
            Stage = CommitLevel?.ToStage() ?? Stage,
        };
        await new ReplicationWait(Engine).WaitAsync(instance, options, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }
}
