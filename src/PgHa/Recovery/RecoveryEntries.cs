using System.Globalization;

namespace PgHa;

/// <summary>
/// The names of the recovery settings. PostgreSQL 11 and older have them in <c>recovery.conf</c>, 12 and newer in the
/// ordinary configuration; their meaning is the same.
/// </summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-wal.html#RUNTIME-CONFIG-WAL-ARCHIVE-RECOVERY">Archive
/// Recovery</see> and <see href="https://www.postgresql.org/docs/11/recovery-config.html">Recovery
/// Configuration</see> of version 11.
/// </remarks>
public static class RecoveryEntries
{
    /// <summary>How the standby reaches its upstream.</summary>
    public const string PrimaryConninfo = "primary_conninfo";

    /// <summary>The slot it streams through.</summary>
    public const string PrimarySlotName = "primary_slot_name";

    /// <summary>The command that fetches a file from the archive.</summary>
    public const string RestoreCommand = "restore_command";

    /// <summary>The command run at each restartpoint.</summary>
    public const string ArchiveCleanupCommand = "archive_cleanup_command";

    /// <summary>How long commits are held back.</summary>
    public const string MinApplyDelay = "recovery_min_apply_delay";

    /// <summary>The timeline to follow.</summary>
    public const string TargetTimeline = "recovery_target_timeline";

    /// <summary>
    /// How long an archive-fed standby waits before it asks for the next file again; an ordinary setting in every version.
    /// </summary>
    public const string RetrieveRetryInterval = "wal_retrieve_retry_interval";

    /// <summary>Whether the standby answers queries; an ordinary setting in every version.</summary>
    public const string HotStandby = "hot_standby";

    /// <summary>Whether the standby keeps copies of its primary's failover slots; an ordinary setting (17).</summary>
    public const string SyncReplicationSlots = "sync_replication_slots";

    /// <summary>
    /// Whether the standby tells its upstream which rows its queries, and its slots, still need; an
    /// ordinary setting in every version.
    /// </summary>
    public const string HotStandbyFeedback = "hot_standby_feedback";

    private const string Unit = "ms";

    private static readonly string[] Targets =
        ["recovery_target", "recovery_target_name", "recovery_target_time", "recovery_target_xid", "recovery_target_lsn"];

    /// <summary>What the settings say of a server.</summary>
    /// <param name="instance">The server.</param>
    /// <param name="isStandby">Whether it starts as a standby.</param>
    /// <param name="isHotStandby">Whether it answers queries while it recovers.</param>
    /// <param name="dialect">Its version.</param>
    /// <param name="value">The value of a setting; <see langword="null"/> if it is not set.</param>
    public static RecoveryConfiguration Read(
        PgInstance instance, bool isStandby, bool isHotStandby, ServerDialect dialect, Func<string, string?> value)
    {
        string? Set(string name) => value(name) is { Length: > 0 } text ? text : null;

        ConnectionSettings? conninfo = Set(PrimaryConninfo) is { } text ? ConnectionSettings.Parse(text) : null;
        return new RecoveryConfiguration
        {
            Server = instance,
            StandbyMode = isStandby,
            HotStandby = isHotStandby,
            PrimaryConninfo = conninfo?.ToString(),
            UpstreamHost = conninfo is null ? null : conninfo.Host ?? "localhost",
            UpstreamPort = conninfo?.Hosts.Select(host => host.Port).Distinct().ToArray() is [var port] ? port : null,
            Upstream = conninfo is null ? null : string.Join(',', conninfo.Hosts.Select(Address)),
            UserName = conninfo?.UserName,
            PassFile = conninfo?.PassFile,
            ApplicationName = conninfo?.ApplicationName,
            SlotName = Set(PrimarySlotName),
            RestoreCommand = Set(RestoreCommand),
            ArchiveCleanupCommand = Set(ArchiveCleanupCommand),
            ApplyDelay = Set(MinApplyDelay) is { } delay ? Duration(delay) : TimeSpan.Zero,
            TargetTimeline = Set(TargetTimeline) ?? (dialect.FollowsLatestTimelineByDefault ? "latest" : "current"),
            RecoveryTarget = Targets.Where(name => Set(name) is not null).Select(name => $"{name} = {Set(name)}").FirstOrDefault(),
        };
    }

    private static string Address((string Host, int Port) server) =>
        string.Create(CultureInfo.InvariantCulture, $"{(server.Host.Length > 0 ? server.Host : "localhost")}:{server.Port}");

    /// <summary>The settings that stop recovery somewhere; a standby that follows for ever must have none.</summary>
    public static IReadOnlyList<string> TargetSettings => Targets;

    /// <summary>Whether a running server needs a restart to apply a change of the setting.</summary>
    public static bool NeedsRestart(string name, ServerDialect dialect) => name switch
    {
        HotStandby => true,
        RetrieveRetryInterval or SyncReplicationSlots or HotStandbyFeedback => false,
        _ when dialect.UsesRecoveryConf => true,
        PrimaryConninfo or PrimarySlotName => !dialect.ReloadsPrimaryConninfo,
        RestoreCommand => !dialect.ReloadsRestoreCommand,
        MinApplyDelay or ArchiveCleanupCommand => false,
        _ => true,
    };

    /// <summary>Whether PostgreSQL 11 and older have the setting in <c>recovery.conf</c>; <c>hot_standby</c> never was there.</summary>
    public static bool IsInRecoveryConf(string name) =>
        name is PrimaryConninfo or PrimarySlotName or RestoreCommand or ArchiveCleanupCommand or MinApplyDelay or TargetTimeline;

    /// <summary>A duration as these settings take it, such as <c>5min</c>.</summary>
    public static string Duration(TimeSpan duration) => SettingValue.Format(Math.Round(duration.TotalMilliseconds), Unit);

    /// <summary>The duration that a value of <c>recovery_min_apply_delay</c> means; a bare number is milliseconds.</summary>
    /// <exception cref="MalformedTextException">The text is no duration.</exception>
    public static TimeSpan Duration(string text) =>
        TimeSpan.FromMilliseconds(SettingValue.ParseNumber(text, SettingType.Integer, Unit));
}
