using System.Security.Cryptography;
using PgHa.Engine.Access;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Cluster;

/// <summary>
/// The password of the replication role, if the user gives none. Only the password files of the standbys contain it.
/// </summary>
internal static class ReplicationPassword
{
    private const int RandomBytes = 24;

    /// <summary>A new one.</summary>
    public static string Random() => Convert.ToHexString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>The password that standbys have already; <see langword="null"/> if none has one.</summary>
    public static async Task<string?> OfNodesAsync(
        EngineContext context, IEnumerable<ClusterNode> nodes, string role, CancellationToken cancellationToken)
    {
        foreach (ClusterNode node in nodes.Where(node => node.State != NodeState.Absent && node.Definition.Kind == NodeKind.Streaming))
        {
            IHost host = await context.HostOfAsync(node.Instance, cancellationToken).ConfigureAwait(false);
            if (await StandbyPassFile.ReadAsync(
                host, node.Definition.DataDirectory, role, cancellationToken).ConfigureAwait(false) is { } password)
            {
                return password;
            }
        }

        return null;
    }
}
