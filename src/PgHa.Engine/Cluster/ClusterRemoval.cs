using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Procedures;

namespace PgHa.Engine.Cluster;

/// <summary>
/// Removes a cluster with all its data, but only if every data directory provably belongs to the cluster. Otherwise it removes
/// nothing.
/// </summary>
/// <remarks>The archives stay, because they may be the last copy of the data.</remarks>
public sealed class ClusterRemoval
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public ClusterRemoval(EngineContext context) => _context = context;

    /// <summary>
    /// Plans the steps. Each standby is removed before its upstream, so that no standby loses a running upstream.
    /// </summary>
    /// <exception cref="PgHaException">
    /// <c>ClusterNotProven</c>: the files of a member are out of reach, or its data directory is not of this cluster's system; the
    /// message lists all of them.
    /// </exception>
    public async Task<Procedure> PlanAsync(PgCluster cluster, CancellationToken cancellationToken)
    {
        List<PgClusterMember> present = [];
        List<string> doubts = [];
        foreach (PgClusterMember member in cluster.Members)
        {
            if (await DoubtAsync(cluster, member, cancellationToken).ConfigureAwait(false) is { } doubt)
                doubts.Add($"{member.Name} {doubt}");
            else if (member.SystemIdentifier is not null)
                present.Add(member);
        }

        if (doubts.Count > 0)
        {
            throw new PgHaException(
                ErrorIds.ClusterNotProven, PgHaErrorKind.Refused, $"{cluster.Name} is not removed: {string.Join("; ", doubts)}.",
                "Remove the members that you are sure of one by one (Remove-PgInstance), or correct the definition.", cluster.Name);
        }

        var procedure = new Procedure($"Removal of {cluster.Name}");
        Dictionary<string, ProcedureStep> removals = [];
        foreach (PgClusterMember member in FromTheEnds(present))
        {
            PgInstance server = member.Server!;
            removals[member.Name] = procedure.Add(
                member.Name, $"Stop the server, and remove '{server.DataDirectory}'",
                token => new InstanceRemover(_context).RemoveAsync(server, stopFirst: true, token),
                [.. present.Where(standby => standby.Upstream == member.Name).Select(standby => removals.GetValueOrDefault(standby.Name))]);
        }

        return procedure;
    }

    // null: the directory belongs to the cluster, or does not exist.
    private async Task<string?> DoubtAsync(PgCluster cluster, PgClusterMember member, CancellationToken cancellationToken)
    {
        if (member.Server?.DataDirectory is not { } directory)
            return "has no data directory that is known";
        if (member.SystemIdentifier is { } system)
            return system == cluster.SystemIdentifier ? null : $"belongs to system {system}, not {cluster.SystemIdentifier}";
        IHost own = await _context.MachineOf(member.Server).OperatorAsync(cancellationToken).ConfigureAwait(false);
        return await own.ListAsync(directory, cancellationToken).ConfigureAwait(false) is { Count: > 0 }
            ? $"has something in '{directory}' that does not say whose it is"
            : null;
    }

    private static IEnumerable<PgClusterMember> FromTheEnds(List<PgClusterMember> members)
    {
        List<PgClusterMember> rest = [.. members];
        while (rest.Count > 0)
        {
            // If servers stream from each other in a circle, one of them has to be the first.
            PgClusterMember next =
                rest.FirstOrDefault(member => !rest.Any(standby => standby != member && standby.Upstream == member.Name)) ?? rest[0];
            rest.Remove(next);
            yield return next;
        }
    }
}
