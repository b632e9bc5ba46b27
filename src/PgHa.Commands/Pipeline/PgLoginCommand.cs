using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>A cmdlet that connects to a server, as another role where that is asked for.</summary>
public abstract class PgLoginCommand : PgInstanceCommand
{
    /// <summary>The role to connect as, and its password.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    private protected override PgInstance Reached(PgInstance instance) => Credential is { } login
        ? instance.WithLogin(login.UserName, login.GetNetworkCredential().Password)
        : instance;
}
