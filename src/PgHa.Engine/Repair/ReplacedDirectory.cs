using PgHa.Engine.Machines;

namespace PgHa.Engine.Repair;

/// <summary>The data directory that a new clone has replaced.</summary>
internal static class ReplacedDirectory
{
    /// <summary>What the name of the directory with the server's own files ends with, where a rewind had put them aside.</summary>
    public const string OwnFilesSuffix = ".own-files";

    /// <summary>Removes the directory. Its tablespaces, and WAL on a disk of its own, are left alone and named in a warning.</summary>
    public static async Task RemoveAsync(
        EngineContext context, IHost host, string directory, ServerDialect dialect, CancellationToken cancellationToken)
    {
        // On one machine, the links of a standby may lead to the tablespaces of its primary.
        foreach (string tablespace in
            (await SymbolicLink.TargetsInAsync(
                host, HostPath.Combine(directory, "pg_tblspc"), cancellationToken).ConfigureAwait(false)).Values)
        {
            context.Log.Warn($"'{tablespace}', a tablespace of '{directory}', is left alone: remove it when nobody uses it.");
        }

        string wal = HostPath.Combine(directory, dialect.WalDirectory);
        if (await SymbolicLink.FinalTargetAsync(host, wal, cancellationToken).ConfigureAwait(false) is { } elsewhere)
            context.Log.Warn($"'{elsewhere}', the WAL of '{directory}', is left alone: remove it when nobody uses it.");
        await host.DeleteDirectoryAsync(directory, cancellationToken).ConfigureAwait(false);
        await host.DeleteDirectoryAsync(directory + OwnFilesSuffix, cancellationToken).ConfigureAwait(false);
    }
}
