namespace PgHa;

/// <summary>What the files of a data directory tell about managers. They stay when the manager is gone.</summary>
internal static class FileSigns
{
    private static readonly (string Name, ServerManager Manager)[] Names =
    [
        ("patroni.dynamic.json", ServerManager.Patroni),
        ("postgresql.base.conf", ServerManager.Patroni),
        ("postgresql-auto-failover.conf", ServerManager.PgAutoFailover),
        ("postgresql-auto-failover-standby.conf", ServerManager.PgAutoFailover),
        ("stolon-temp-postgresql.conf", ServerManager.Stolon),
    ];

    // Patroni passes all settings that a standby must have as high as its primary, and these; nobody else passes all of them.
    private static readonly string[] PatronisOptions = ["cluster_name", "max_locks_per_transaction", "track_commit_timestamp", "wal_level"];

    /// <summary>The signs.</summary>
    /// <param name="names">The names in the data directory.</param>
    /// <param name="options">The options that the server was started with last.</param>
    public static IEnumerable<ManagementSign> Of(IReadOnlyCollection<string> names, IReadOnlyList<PostmasterOption> options)
    {
        foreach ((string name, ServerManager manager) in Names)
        {
            if (names.Contains(name))
                yield return Sign(manager, $"the file {name}");
        }

        // Each of the two could be anybody's.
        if (names.Contains("custom.conf") && names.Contains("override.conf"))
            yield return Sign(ServerManager.CloudNativePg, "the files custom.conf and override.conf");
        if (PatronisOptions.All(name => PostmasterOptions.ValueOf(options, name) is not null))
            yield return Sign(ServerManager.Patroni, $"a command line as Patroni writes it in {PostmasterOptions.FileName}");
    }

    private static ManagementSign Sign(ServerManager manager, string seen) => new(manager, SignPlace.File, SignMeaning.WasManaged, seen);
}
