using System.Collections;
using PgHa.Engine.Cluster;

namespace PgHa.Commands;

/// <summary>Completes the name of a standby that can become the primary, in the cluster, definition or member that is typed.</summary>
public sealed class CandidateCompleter : PgCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<string>> CandidatesAsync(IDictionary arguments, CancellationToken cancellationToken)
    {
        object? named = arguments["Definition"] ?? arguments["Cluster"] ?? arguments["Instance"] ?? arguments["Server"];
        if (PipedSubject.KindOf(named) == typeof(ClusterDefinition))
        {
            ClusterDefinition definition = ClusterDefinitionTransformationAttribute.Read(named, Paths!);
            return [.. definition.Nodes.Where(node => node.Kind == NodeKind.Streaming).Select(node => node.Name)];
        }

        if (PipedSubject.KindOf(named) == typeof(PgCluster))
            return StandbysOf((PgCluster)PipedSubject.Unwrapped(ClusterTransformationAttribute.Read(named!))!);
        DiscoveredClusters found = await new ClusterDiscovery(Engine)
            .DiscoverAsync([InstanceOf(arguments)], cancellationToken).ConfigureAwait(false);
        return [.. found.Clusters.SelectMany(StandbysOf)];
    }

    private static string[] StandbysOf(PgCluster cluster) =>
        [.. cluster.Members.Where(member => member.Kind == NodeKind.Streaming).Select(member => member.Name)];
}
