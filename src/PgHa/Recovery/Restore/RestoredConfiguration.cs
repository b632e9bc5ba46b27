namespace PgHa;

/// <summary>The configuration of a server that is restored from a backup.</summary>
/// <remarks>
/// It has nothing of its source's replication, archiving or earlier recoveries (<see cref="InheritedSettings"/>). It always pauses at its target:
/// whether that was reached is then seen before it is promoted. Whoever starts it by mistake finds it paused too.
/// </remarks>
public static class RestoredConfiguration
{
    private const string HotStandby = "hot_standby";

    /// <summary>The settings of recovery: in <c>recovery.conf</c> up to 11, among the others from 12 on.</summary>
    /// <param name="target">Where it stops.</param>
    /// <param name="timeline">The timeline it recovers to.</param>
    /// <param name="restoreCommand">What fetches the WAL.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> OfRecovery(RecoveryTarget target, TimelineId timeline, string restoreCommand) =>
    [
        new(RecoveryEntries.RestoreCommand, restoreCommand),
        new(RecoveryEntries.TargetTimeline, timeline.ToString()),
        .. target.Settings(),
    ];

    /// <summary>The server's own settings besides.</summary>
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

    /// <summary>A server's file after its recovery, without the settings of that.</summary>
    public static ConfigurationFile AfterRecovery(ConfigurationFile file, IReadOnlyList<KeyValuePair<string, string>> ofRecovery) =>
        ofRecovery.Aggregate(file, (rest, setting) => rest.Remove(setting.Key));
}
