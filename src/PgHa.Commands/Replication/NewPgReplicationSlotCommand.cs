using System.Management.Automation;
using PgHa.Engine.Replication;

namespace PgHa.Commands;

/// <summary>Makes replication slots, physical for standbys or logical for decoders.</summary>
[Cmdlet(VerbsCommon.New, "PgReplicationSlot", SupportsShouldProcess = true, DefaultParameterSetName = "Physical")]
[OutputType(typeof(ReplicationSlot), typeof(ReplicationSlotSession))]
public sealed class NewPgReplicationSlotCommand : PgLoginCommand, IManagedChange
{
    /// <summary>The names: lower-case letters, digits and underscores.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Keep WAL from now on, instead of from the first time a standby connects.</summary>
    [Parameter(ParameterSetName = "Physical")]
    public SwitchParameter ReserveWal { get; set; }

    /// <summary>Make temporary slots. Each ends with its session, which is emitted, and which ends when it is disposed of.</summary>
    [Parameter]
    public SwitchParameter Temporary { get; set; }

    /// <summary>Make logical slots. Any other parameter of logical slots implies this.</summary>
    [Parameter(ParameterSetName = "Logical")]
    public SwitchParameter Logical { get; set; }

    /// <summary>The output plugin, which decides the form of the changes.</summary>
    [Parameter(ParameterSetName = "Logical")]
    [ArgumentCompleter(typeof(OutputPluginCompleter))]
    [ValidateNotNullOrEmpty]
    public string Plugin { get; set; } = LogicalSlotOptions.DefaultPlugin;

    /// <summary>The database whose changes are decoded; the server object's by default.</summary>
    [Parameter(ParameterSetName = "Logical")]
    [ArgumentCompleter(typeof(DatabaseNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Database { get; set; }

    /// <summary>Decode transactions when they are prepared, instead of when they are committed.</summary>
    [Parameter(ParameterSetName = "Logical")]
    public SwitchParameter TwoPhase { get; set; }

    /// <summary>Let standbys keep a copy of the slot, so that its consumer can go on after a failover.</summary>
    [Parameter(ParameterSetName = "Logical")]
    public SwitchParameter Failover { get; set; }

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Slots;

    /// <inheritdoc/>
    protected override void Prepare()
    {
        foreach (string name in Name)
            ReplicationSlotName.Validate(name);
        if (Temporary && Failover)
        {
            throw new PgHaException(
                ErrorIds.TemporarySlotIsNotCopied, PgHaErrorKind.InvalidArgument, "Standbys keep no copy of a temporary slot.",
                "Leave out -Temporary or -Failover.");
        }
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        string kind = Temporary ? "temporary " : "";
        foreach (string name in Name)
        {
            if (ParameterSetName == "Physical")
            {
                if (await ShouldProcessAsync(instance, $"Create {kind}physical replication slot '{name}'").ConfigureAwait(false))
                {
                    output.Write(Temporary
                        ? await SlotSession.OpenAsync(Engine, instance, name, cancellationToken).ConfigureAwait(false)
                        : await ReplicationSlots.CreatePhysicalAsync(
                            Engine, instance, name, ReserveWal, cancellationToken).ConfigureAwait(false));
                }

                continue;
            }

            var options = new LogicalSlotOptions(name, Plugin, Database ?? instance.Database)
            {
                Temporary = Temporary,
                TwoPhase = TwoPhase,
                Failover = Failover,
            };
            if (await ShouldProcessAsync(
                instance,
                $"Create {kind}logical replication slot '{name}' with {Plugin} in database '{options.Database}'").ConfigureAwait(false))
            {
                output.Write(Temporary
                    ? await SlotSession.OpenAsync(Engine, instance, options, cancellationToken).ConfigureAwait(false)
                    : await LogicalSlots.CreateAsync(Engine, instance, options, cancellationToken).ConfigureAwait(false));
            }
        }
    }
}
