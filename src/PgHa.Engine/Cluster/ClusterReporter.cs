using PgHa.Engine.Archiving;
using PgHa.Engine.Replication;

namespace PgHa.Engine.Cluster;

/// <summary>Reads from the members of a cluster the data that diagrams and metrics need besides the status.</summary>
public sealed class ClusterReporter
{
    private readonly EngineContext _context;

    /// <summary>A reporter.</summary>
    /// <param name="context">Log and deadlines.</param>
    public ClusterReporter(EngineContext context) => _context = context;

    /// <summary>
    /// The report on a cluster, with its replication lag over a period that starts now. A member that does not answer is left
    /// out, with a warning.
    /// </summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="duration">How long the lag is measured.</param>
    /// <param name="interval">The time between two measurements.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ClusterReport> ReportAsync(
        PgCluster cluster, TimeSpan duration, TimeSpan interval, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<ReplicationStatus>?[]> samples = AskAsync(
            cluster.Members.Where(member => IsHot(member) && member.Status!.Standbys.Count > 0),
            member => ReplicationLagMeter.SampleAsync(_context, member.Server!, duration, interval, cancellationToken));
        Task<ClusterObservation> looking = new ClusterObserver(_context).ObserveAsync(cluster, cancellationToken);
        await Task.WhenAll(samples, looking).ConfigureAwait(false);
        ClusterObservation observation = await looking.ConfigureAwait(false);
        return new ClusterReport(
            cluster,
            ClusterChecks.Run(observation),
            LagSeries.Of((await samples.ConfigureAwait(false)).OfType<IReadOnlyList<ReplicationStatus>>()),
            SettingDifference.Of(
            [
                .. observation.Members
                    .Where(member => IsHot(member.Member) && member.Settings is not null)
                    .Select(member => (member.Member.Name, member.Settings!)),
            ]));
    }

    /// <summary>The archiving status of all cluster members that answer queries.</summary>
    public async Task<IReadOnlyList<ArchiveStatus>> ArchiversAsync(IEnumerable<PgCluster> clusters, CancellationToken cancellationToken) =>
    [
        .. (await AskAsync(
            clusters.SelectMany(cluster => cluster.Members).Where(IsHot),
            member => ArchiveStatusReader.ReadAsync(_context, member.Server!, cancellationToken)).ConfigureAwait(false))
            .OfType<ArchiveStatus>(),
    ];

    private static bool IsHot(PgClusterMember member) => member is { Server: not null, IsHot: true };

    private Task<T?[]> AskAsync<T>(IEnumerable<PgClusterMember> members, Func<PgClusterMember, Task<T>> ask)
        where T : class => Task.WhenAll(members.Select(async member =>
        {
            try
            {
                return await ask(member).ConfigureAwait(false);
            }
            catch (PgHaException e)
            {
                _context.Log.Warn($"{e.Message} It is left out.");
                return null;
            }
        }));
}
