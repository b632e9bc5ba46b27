namespace PgHa.Engine.Management;

/// <summary>
/// Refuses a change on servers that somebody else manages, before anything is changed. Two that change the same servers undo each
/// other's work: a switchover beside Patroni leaves no primary, and a failover loses commits.
/// </summary>
public sealed class ManagementGuard
{
    private readonly EngineContext _context;

    /// <summary>A guard. Where the context says that the change is wanted even if somebody manages the servers, it only warns.</summary>
    public ManagementGuard(EngineContext context) => _context = context;

    /// <summary>Makes sure that nobody minds a change of a server.</summary>
    /// <exception cref="PgHaException"><c>ManagedByAnother</c>.</exception>
    internal async Task RequireAsync(PgInstance server, ManagedOperation operation, CancellationToken cancellationToken) => Require(
        server.ToString(), await new ManagementReader(_context).ReadAsync(server, cancellationToken).ConfigureAwait(false), operation);

    /// <summary>Makes sure that nobody minds a change of servers of one cluster. The first one that is managed decides.</summary>
    /// <exception cref="PgHaException"><c>ManagedByAnother</c>.</exception>
    internal async Task RequireAsync(
        IEnumerable<PgInstance> members, ManagedOperation operation, CancellationToken cancellationToken)
    {
        var reader = new ManagementReader(_context);
        foreach (PgInstance member in members)
        {
            ServerManagement management = await reader.ReadAsync(member, cancellationToken).ConfigureAwait(false);
            Require(member.ToString(), management, operation);
            if (management.IsManaged)
                return;
        }
    }

    /// <summary>
    /// Makes sure that nobody minds a change of a cluster. One managed member is enough, because its manager minds the others too.
    /// </summary>
    /// <exception cref="PgHaException"><c>ManagedByAnother</c>.</exception>
    internal void Require(PgCluster cluster, ManagedOperation operation)
    {
        if (cluster.Managed is { } member)
            Require($"{member.Name} of {cluster.Name}", member.Management, operation);
    }

    private void Require(string server, ServerManagement management, ManagedOperation operation)
    {
        if (!_context.EvenIfManaged && ManagementRefusal.Of(server, management, operation) is { } refusal)
            throw refusal;
        if (ManagementRefusal.WarningOf(server, management, operation) is { } warning)
            _context.Log.Warn(warning);
        else
            _context.Log.Detail($"{server} is managed by {management}");
    }
}
