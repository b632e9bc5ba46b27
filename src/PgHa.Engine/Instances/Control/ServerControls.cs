using PgHa.Engine.Machines;

namespace PgHa.Engine.Instances.Control;

/// <summary>Finds the control of a server.</summary>
internal static class ServerControls
{
    /// <summary>The control of a server: of whoever started it, or, if it does not run, of whoever starts it.</summary>
    public static Task<IServerControl> OfAsync(
        EngineContext context, IHost host, PgInstance instance, CancellationToken cancellationToken) =>
        Task.FromResult<IServerControl>(new PgCtlControl(context, host, instance));
}
