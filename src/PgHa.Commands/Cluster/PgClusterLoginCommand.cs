using System.Management.Automation;
using PgHa.Engine;

namespace PgHa.Commands;

/// <summary>A cmdlet that connects to the members of a cluster, as another role where that is asked for.</summary>
public abstract class PgClusterLoginCommand : PgCommand
{
    /// <summary>The role to connect as, and its password.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>How many seconds to wait for a server.</summary>
    [Parameter]
    [Alias("TimeoutSeconds")]
    [ValidateRange(1, 86_400)]
    public int Timeout { get; set; } = (int)EngineContext.DefaultTimeout.TotalSeconds;

    /// <inheritdoc/>
    protected override TimeSpan OperationTimeout => TimeSpan.FromSeconds(Timeout);

    /// <summary>A member as this command reaches it.</summary>
    private protected PgInstance Reached(PgInstance instance) => Credential is { } login
        ? instance.WithLogin(login.UserName, login.GetNetworkCredential().Password)
        : instance;
}
