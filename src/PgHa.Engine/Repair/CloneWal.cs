using System.Globalization;
using System.Text.RegularExpressions;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;

namespace PgHa.Engine.Repair;

/// <summary>Finds a directory for the WAL of a clone that takes the place of a server whose WAL is on a disk of its own.</summary>
internal static partial class CloneWal
{
    /// <summary>
    /// The path for a new directory on the disk that the link <c>pg_wal</c> leads to; <see langword="null"/> if <c>pg_wal</c> is no link.
    /// </summary>
    /// <param name="host">Where the server is.</param>
    /// <param name="path">The server's <c>pg_wal</c>.</param>
    /// <param name="time">The current time, which makes the name unique.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<string?> FindAsync(IHost host, string path, DateTimeOffset time, CancellationToken cancellationToken)
    {
        if (await SymbolicLink.FinalTargetAsync(host, path, cancellationToken).ConfigureAwait(false) is not { } target)
            return null;
        DirectoryPlace place = await DirectoryPlace.AtAsync(host, target, cancellationToken).ConfigureAwait(false);
        string name = place.IsMountPoint ? HostPath.Combine(target, HostPath.Name(path)) : OfEarlierClone().Replace(target, "");
        return name + time.ToString("'.pgha-'yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\.pgha-\d{8}T\d{6}Z$", RegexOptions.CultureInvariant)]
    private static partial Regex OfEarlierClone();
}
