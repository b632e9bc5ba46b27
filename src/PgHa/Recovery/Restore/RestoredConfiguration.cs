namespace PgHa;

/// <summary>The configuration of a server that is restored from a backup.</summary>
/// <remarks>
/// It has none of its source's settings of replication, archiving or earlier recoveries (<see cref="InheritedSettings"/>).
/// The server always pauses at its target, so that PgHa sees whether the target was reached before it promotes the server.
/// If somebody starts the server by mistake, it pauses too.
/// </remarks>
public static class RestoredConfiguration
{
    private const string HotStandby = "hot_standby";

    /// <summary>
    /// The recovery settings: for <c>recovery.conf</c> in PostgreSQL 11 and older, for the ordinary
    /// configuration in 12 and newer.
    /// </summary>
    /// <param name="target">Where it stops.</param>
    /// <param name="timeline">The timeline it recovers to.</param>
    /// <param name="restoreCommand">What fetches the WAL.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> OfRecovery(
        RecoveryTarget target, TimelineId timeline, string restoreCommand) =>
    [
        new(RecoveryEntries.RestoreCommand, restoreCommand),
        new(RecoveryEntries.TargetTimeline, timeline.ToString()),
        .. target.Settings(),
    ];

    /// <summary>The server's own settings.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="port">Its port.</param>
    /// <param name="archiveCommand">What archives the WAL it will write; <see langword="null"/> for no archive.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> OfServer(string name, int port, string? archiveCommand)
    {
        List<KeyValuePair<string, string>> own =
        [
            new("port", port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new("cluster_name", name),
            // Without it a server does not pause at its target, but is promoted there.
            new(HotStandby, "on"),
        ];
        if (archiveCommand is not null)
            own.AddRange([new("archive_mode", "on"), new("archive_command", archiveCommand)]);
        return own;
    }

    /// <summary>The server's file without the recovery settings, for the time after its recovery.</summary>
    public static ConfigurationFile AfterRecovery(ConfigurationFile file, IReadOnlyList<KeyValuePair<string, string>> ofRecovery) =>
        ofRecovery.Aggregate(file, (rest, setting) => rest.Remove(setting.Key));
}
