using System.Globalization;
using System.Text.RegularExpressions;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Repair;

/// <summary>
/// Finds directories for the tablespaces of a clone that replaces a server. The server's own tablespaces stay where they are, like its
/// data directory.
/// </summary>
internal static partial class CloneTablespaces
{
    /// <summary>Returns a directory, missing or empty, for each tablespace directory of the upstream, which is the key.</summary>
    /// <param name="upstream">The server that is cloned.</param>
    /// <param name="host">Where the clone will be.</param>
    /// <param name="old">The data directory that the clone replaces.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<IReadOnlyDictionary<string, string>> FindAsync(
        ServerSession upstream, IHost host, string old, CancellationToken cancellationToken)
    {
        Dictionary<string, string> found = [];
        foreach ((string oid, string location) in await Tablespaces.LocationsAsync(upstream, cancellationToken).ConfigureAwait(false))
        {
            string own = await SymbolicLink.TargetAsync(
                host, HostPath.Combine(old, "pg_tblspc", oid), cancellationToken).ConfigureAwait(false) ?? location;
            found[location] = await FreeAsync(host, NumberOfClone().Replace(own, ""), cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    private static async Task<string> FreeAsync(IHost host, string directory, CancellationToken cancellationToken)
    {
        string name = directory;
        for (int number = 2; await IsTakenAsync(host, name, cancellationToken).ConfigureAwait(false); number++)
            name = string.Create(CultureInfo.InvariantCulture, $"{directory}.pgha-{number}");
        return name;
    }

    private static async Task<bool> IsTakenAsync(IHost host, string path, CancellationToken cancellationToken) =>
        await host.StatAsync(path, cancellationToken).ConfigureAwait(false) is not null
        && await host.ListAsync(path, cancellationToken).ConfigureAwait(false) is not { Count: 0 };

    [GeneratedRegex(@"\.pgha-[0-9]+$")]
    private static partial Regex NumberOfClone();
}
