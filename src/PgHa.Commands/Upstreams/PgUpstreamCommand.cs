using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>A cmdlet that has servers follow an upstream.</summary>
public abstract class PgUpstreamCommand : PgInstanceCommand
{
    /// <summary>The server to follow: the primary, or a standby.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [PgInstanceTransformation]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [ValidateNotNull]
    public PgInstance? Upstream { get; set; }

    /// <summary>The replication slot on the upstream.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(UpstreamSlotCompleter))]
    [ValidateNotNullOrEmpty]
    public string? SlotName { get; set; }

    /// <summary>Make the slot if it is missing. Without -SlotName, the slot gets the name that the standby has used so far.</summary>
    [Parameter]
    public SwitchParameter CreateSlot { get; set; }

    /// <summary>The role to stream as, and its password. By default, the standby keeps its current role.</summary>
    [Parameter]
    [Alias("Credential")]
    [Credential]
    public PSCredential? ReplicationCredential { get; set; }

    /// <summary>Emits the servers.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The upstream with the role to stream as; <see langword="null"/> if no credential was given.</summary>
    private protected PgInstance? Login =>
        ReplicationCredential is { } login ? Upstream!.WithLogin(login.UserName, login.GetNetworkCredential().Password) : null;
}
