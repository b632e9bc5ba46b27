using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Moves replication slots forward. The WAL before the new position is no longer kept for their consumers.</summary>
[Cmdlet(VerbsCommon.Move, "PgReplicationSlot", SupportsShouldProcess = true, DefaultParameterSetName = "Lsn")]
[OutputType(typeof(ReplicationSlot))]
public sealed class MovePgReplicationSlotCommand : PgSlotCommand, IManagedChange
{
    /// <summary>The position to move to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Lsn")]
    public Lsn Lsn { get; set; }

    /// <summary>Move to the server's current position: what a primary has flushed, or what a standby has replayed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Current")]
    public SwitchParameter ToCurrent { get; set; }

    /// <summary>Emit the slots as they are afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    ManagedOperation? IManagedChange.Operation => Session is null ? ManagedOperation.Slots : null;

    private protected override async Task ProcessAsync(ReplicationSlot slot, ICommandOutput output, CancellationToken cancellationToken)
    {
        string target = ToCurrent ? "the server's position" : Lsn.ToString();
        if (!await ShouldProcessAsync(
            slot.Server, $"Move replication slot '{slot.Name}' from {slot.Position} to {target}").ConfigureAwait(false))
        {
            return;
        }

        ReplicationSlot moved = await SlotPositions.MoveAsync(
            Engine, slot, ToCurrent ? null : Lsn, cancellationToken, Owner).ConfigureAwait(false);
        if (PassThru)
            output.Write(moved);
    }
}
