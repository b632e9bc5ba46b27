using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>Finds the control of a server.</summary>
internal static class ServerControls
{
    /// <summary>The control of a server: of whoever started it, or, if it does not run, of whoever starts it.</summary>
    public static async Task<IServerControl> OfAsync(
        EngineContext context, IHost host, PgInstance instance, CancellationToken cancellationToken)
    {
        ServerOwner owner = await new OwnerFinder(context, host, instance).FindAsync(cancellationToken).ConfigureAwait(false);
        if (owner.Service is { } service)
            return new WindowsServiceControl(context, host, instance, service);
        IServerControl own = owner.Cluster is { } cluster
            ? new DebianClusterControl(context, host, instance, cluster)
            : new PgCtlControl(context, host, instance);
        return owner.Unit is { } unit ? new SystemdControl(context, host, instance, owner, unit, own) : own;
    }

    /// <summary>What the machine shows about who starts and stops a server.</summary>
    public static async Task<OwnerFacts> FactsAsync(EngineContext context, PgInstance server, CancellationToken cancellationToken)
    {
        IHost host = await context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        return await new OwnerFinder(context, host, server).FactsAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses work on servers that their control would refuse, before anything is changed.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="servers">The servers; those that PgHa reaches by SQL only are left out.</param>
    /// <param name="act">What will be done to them.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="PgHaException"><c>ServiceAccessDenied</c> or <c>DebianClusterDisabled</c>.</exception>
    public static async Task RequireAsync(
        EngineContext context, IEnumerable<PgInstance> servers, ControlAct act, CancellationToken cancellationToken)
    {
        foreach (PgInstance server in servers.Where(server => server.DataDirectory is not null))
        {
            IHost host = await context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
            IServerControl control = await OfAsync(context, host, server, cancellationToken).ConfigureAwait(false);
            await control.RequireAsync(act, cancellationToken).ConfigureAwait(false);
        }
    }
}
