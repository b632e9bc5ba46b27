using PgHa.Engine;
using PgHa.Engine.Instances.Control;

namespace PgHa.Commands;

/// <summary>The service that a command's parameters name for a new server.</summary>
internal static class NewServices
{
    /// <summary>The service; <see langword="null"/> if none is named.</summary>
    public static async Task<NewService?> FindAsync(
        EngineContext engine, PgMachine machine, string? debianCluster, string? dataDirectory, string? serviceName,
        CancellationToken cancellationToken)
    {
        var services = new ServiceRegistration(engine, machine);
        return debianCluster is not null
            ? await services.DebianClusterAsync(debianCluster, dataDirectory, cancellationToken).ConfigureAwait(false)
            : serviceName is not null ? await services.UnitAsync(serviceName, cancellationToken).ConfigureAwait(false)
            : null;
    }
}
