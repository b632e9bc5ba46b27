namespace PgHa;

/// <summary>Finds a name for each server of a cluster.</summary>
/// <remarks>
/// A server's name may be in several places. <c>cluster_name</c> is the best of them, but Patroni sets it to the same value on all servers.
/// A data directory may be named after its node, or just <c>data</c>.
/// </remarks>
internal static class MemberNames
{
    private static readonly HashSet<string> GenericDirectories =
        new(StringComparer.OrdinalIgnoreCase) { "data", "db", "main", "pgdata", "pg_data", "pgroot", "pgsql", "postgres", "postgresql" };

    // The application_name of a standby that was given none.
    private const string DefaultApplicationName = "walreceiver";

    /// <summary>A unique name for each server.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<MemberAnswer> answers)
    {
        string[][] candidates = [.. answers.Select(answer => Candidates(answer).Distinct().ToArray())];
        var uses = candidates.SelectMany(names => names).GroupBy(name => name).ToDictionary(name => name.Key, name => name.Count());
        return
        [
            .. answers.Select(
                (answer, i) => answer.Node?.Name ?? candidates[i].First(name => uses[name] == 1 || name == answer.Server.Address)),
        ];
    }

    private static IEnumerable<string> Candidates(MemberAnswer answer)
    {
        if (answer.Node is { } node)
            yield return node.Name;
        if (answer.Server.Name != answer.Server.Address)
            yield return answer.Server.Name;
        if (answer.Status?.ClusterName is { } own)
            yield return own;
        if (HostPath.Name(answer.Server.DataDirectory ?? "") is { Length: > 0 } directory && !GenericDirectories.Contains(directory)
            && !directory.All(char.IsAsciiDigit))
        {
            yield return directory;
        }

        if (answer.Status?.Receiver?.ApplicationName is { } application and not DefaultApplicationName)
            yield return application;
        yield return answer.Server.Address;
    }
}
