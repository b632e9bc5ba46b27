using System.Management.Automation;
using PgHa.Engine.Access;

namespace PgHa.Commands;

/// <summary>Makes a role that standbys connect as, and lets it in for replication.</summary>
[Cmdlet(VerbsCommon.New, "PgReplicationRole", SupportsShouldProcess = true)]
[OutputType(typeof(ReplicationRole))]
public sealed class NewPgReplicationRoleCommand : PgInstanceCommand, IManagedChange
{
    /// <summary>The name and password of the role that standbys will stream as.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Credential")]
    [Credential]
    [ValidateNotNull]
    public PSCredential ReplicationCredential { get; set; } = PSCredential.Empty;

    /// <summary>Where it may connect from; this machine by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Address { get; set; } = ["127.0.0.1/32", "::1/128"];

    /// <summary>Make the change although Patroni, repmgr or another manager is in charge of the server: PgHa only warns.</summary>
    [Parameter]
    public SwitchParameter EvenIfManaged { get; set; }

    ManagedOperation? IManagedChange.Operation => ManagedOperation.Hba;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PgInstance instance, ICommandOutput output, CancellationToken cancellationToken)
    {
        bool confirmed = true;
        var options = new ReplicationRoleOptions
        {
            Name = ReplicationCredential.UserName,
            Password = ReplicationCredential.GetNetworkCredential().Password,
            Addresses = [.. Address.Select(HbaAddress.Parse)],
        };
        await new ReplicationRoles(Engine).EnsureAsync(
            instance,
            options,
            async plan =>
                confirmed = await ShouldProcessAsync(instance, $"Make the replication role '{options.Name}'", plan).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        if (confirmed)
            output.Write(new ReplicationRole(instance, options.Name, [.. options.Addresses.Select(address => address.ToString())]));
    }
}
