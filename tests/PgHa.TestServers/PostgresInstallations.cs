using System.Collections.Concurrent;
using PgHa.Provisioning.Sources;

namespace PgHa.TestServers;

/// <summary>Finds or fetches PostgreSQL by major.</summary>
public static class PostgresInstallations
{
    private static readonly int[] EraStarts = [12, 17];

    // One attempt per major and process: a failure costs its deadline once, not once a test.
    private static readonly ConcurrentDictionary<int, Lazy<Task<PostgresInstallation>>> Found = new();

    /// <summary>The majors that this run tests; <c>PGHA_TEST_MAJORS</c> names others.</summary>
    public static IReadOnlyList<int> RequiredMajors => TestEnvironment.Majors;

    /// <summary>
    /// The majors on which long scenarios run. A run that names its majors, as CI does, has all of them; the default one, which is to
    /// take minutes, the newest only.
    /// </summary>
    public static IReadOnlyList<int> ForScenarios => TestEnvironment.MajorsOfScenarios;

    /// <summary>
    /// The newest major of this run in each era of replication: <c>recovery.conf</c>; recovery by settings, from 12 on; failover slots,
    /// from 17 on.
    /// </summary>
    public static IReadOnlyList<int> OneOfEachEra { get; } = OfEachEra(RequiredMajors);

    /// <summary>The same for long scenarios.</summary>
    public static IReadOnlyList<int> ScenariosOfEachEra { get; } = OfEachEra(ForScenarios);

    /// <summary>The programs of one major.</summary>
    /// <exception cref="PostgresUnavailableException">They are neither here nor to be fetched.</exception>
    public static Task<PostgresInstallation> GetAsync(int major, CancellationToken cancellationToken = default) =>
        Found.GetOrAdd(major, static m => new(() => Task.Run(() => ProvideAsync(m)))).Value.WaitAsync(cancellationToken);

    /// <summary>
    /// The newest programs whose <c>pg_basebackup</c> clones this major, which are those of its own major or a newer one.
    /// </summary>
    /// <exception cref="PostgresUnavailableException">No such programs are to be had.</exception>
    public static Task<PostgresInstallation> ToolsForAsync(int major, CancellationToken cancellationToken = default) =>
        // What the run has anyway; a suite that it would have to fetch for this comes last.
        FirstWithToolsAsync(major, RequiredMajors.Union(InstalledPackages.Majors).Append(major).OrderDescending(), cancellationToken);

    /// <summary>
    /// The programs of this major, or the next newer ones: what <c>pg_basebackup -R</c> writes names every connection option of its own
    /// libpq, and a server refuses those that it does not know.
    /// </summary>
    /// <exception cref="PostgresUnavailableException">No such programs are to be had.</exception>
    public static Task<PostgresInstallation> ClosestToolsForAsync(int major, CancellationToken cancellationToken = default) =>
        FirstWithToolsAsync(major, RequiredMajors.Union(InstalledPackages.Majors).Append(major).Order(), cancellationToken);

    private static int[] OfEachEra(IEnumerable<int> majors) =>
        [.. majors.GroupBy(major => EraStarts.Count(start => major >= start)).Select(era => era.Max())];

    private static async Task<PostgresInstallation> FirstWithToolsAsync(
        int major, IEnumerable<int> atHand, CancellationToken cancellationToken)
    {
        IEnumerable<int> candidates = atHand.Concat(DebianSuite.Majors.Order()).Where(candidate => candidate >= major).Distinct();
        var missing = new List<string>();
        foreach (int candidate in candidates)
        {
            try
            {
                PostgresInstallation installation = await GetAsync(candidate, cancellationToken);
                if (installation.HasOwnTools)
                    return installation;
                missing.Add($"{installation} has no pg_basebackup");
            }
            catch (PostgresUnavailableException e)
            {
                missing.Add(e.Reason);
            }
        }

        throw new PostgresUnavailableException($"No pg_basebackup can clone PostgreSQL {major}: {string.Join("; ", missing)}.");
    }

    private static async Task<PostgresInstallation> ProvideAsync(int major)
    {
        try
        {
            return await PostgresSources.ProvideAsync(major, CancellationToken.None);
        }
        catch (SourceException e)
        {
            throw new PostgresUnavailableException($"PostgreSQL {major} can't be had: {e.Message}", e);
        }
    }
}
