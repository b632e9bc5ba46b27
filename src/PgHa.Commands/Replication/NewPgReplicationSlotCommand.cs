using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Makes physical replication slots.</summary>
[Cmdlet(VerbsCommon.New, "PgReplicationSlot", SupportsShouldProcess = true)]
[OutputType(typeof(ReplicationSlot))]
public sealed class NewPgReplicationSlotCommand : PgLoginCommand
{
    /// <summary>The names: lower-case letters, digits and underscores.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Keep WAL from now on, instead of from the first time a standby connects.</summary>
    [Parameter]
    public SwitchParameter ReserveWal { get; set; }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        foreach (string name in Name)
            ReplicationSlotName.Validate(name);
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        foreach (string name in Name)
        {
            if (await ShouldProcessAsync(instance, $"Create physical replication slot '{name}'").ConfigureAwait(false))
                output.Write(await ReplicationSlots.CreatePhysicalAsync(Engine, instance, name, ReserveWal, cancellationToken).ConfigureAwait(false));
        }
    }
}
