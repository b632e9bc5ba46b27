using System.Management.Automation;
using PgHa.Engine.Operation;

namespace PgHa.Commands;

/// <summary>Has standbys follow another server.</summary>
[Cmdlet(VerbsCommon.Set, "PgUpstream", SupportsShouldProcess = true)]
[OutputType(typeof(PgInstance))]
public sealed class SetPgUpstreamCommand : PgInstanceCommand
{
    /// <summary>The server to stream from: the primary, or another standby.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [PgInstanceTransformation]
    [ValidateNotNull]
    public PgInstance? Upstream { get; set; }

    /// <summary>The replication slot on the new upstream.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SlotName { get; set; }

    /// <summary>Make the slot if it is missing; without -SlotName, one of the name that the standby has used so far.</summary>
    [Parameter]
    public SwitchParameter CreateSlot { get; set; }

    /// <summary>Remove the slot of the old upstream once nobody uses it.</summary>
    [Parameter]
    public SwitchParameter RemoveOldSlot { get; set; }

    /// <summary>The role to stream as, and its password; as the standby does now by default.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Emits the standbys.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        UpstreamChange change = new(Engine);
        UpstreamChangePlan plan = await change.PlanAsync(instance, Options(), cancellationToken).ConfigureAwait(false);
        if (plan.Procedure.IsEmpty || await ShouldProcessAsync(instance, $"Follow {Upstream}", plan.Procedure.ToString()).ConfigureAwait(false))
            await change.RunAsync(plan, cancellationToken).ConfigureAwait(false);
        if (PassThru)
            output.Write(instance);
    }

    private UpstreamChangeOptions Options() => new()
    {
        Upstream = Upstream!,
        Login = Credential is { } login ? Upstream!.WithLogin(login.UserName, login.GetNetworkCredential().Password) : null,
        SlotName = SlotName,
        CreateSlot = CreateSlot,
        RemoveOldSlot = RemoveOldSlot,
    };
}
