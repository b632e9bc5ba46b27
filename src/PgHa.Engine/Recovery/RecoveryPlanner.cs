using PgHa.Engine.Access;

namespace PgHa.Engine.Recovery;

/// <summary>Finds out which settings a change has to write.</summary>
internal sealed class RecoveryPlanner
{
    // With the server's default of 5 s, a standby that restores from an archive lags that long behind each finished WAL file.
    private const string ArchiveRetryInterval = "200ms";

    // Every server has it, unless somebody dropped it.
    private const string SyncDatabase = "postgres";

    private readonly PgInstance _standby;
    private readonly RecoveryState _state;
    private readonly bool _isWindows;

    /// <summary>For a data directory as it is.</summary>
    public RecoveryPlanner(PgInstance standby, RecoveryState state, bool isWindows)
    {
        _standby = standby;
        _state = state;
        _isWindows = isWindows;
    }

    /// <summary>The settings that change.</summary>
    public RecoveryPlan Plan(RecoveryOptions options) => new(
        _standby,
        _state,
        options,
        [
            .. Wanted(options)
                .Select(wanted => new RecoverySettingChange(wanted.Key, Current(wanted.Key), wanted.Value))
                .Where(change => !IsSame(change)),
        ]);

    private IEnumerable<KeyValuePair<string, string?>> Wanted(RecoveryOptions options)
    {
        if (options.Upstream is not null)
        {
            yield return new(RecoveryEntries.PrimaryConninfo, Conninfo(options));
            yield return new(RecoveryEntries.PrimarySlotName, options.SlotName);
        }
        else if (options.SyncReplicationSlots == true
            && _state[RecoveryEntries.PrimaryConninfo] is { Length: > 0 } now && ConnectionSettings.Parse(now).Database is null)
        {
            yield return new(RecoveryEntries.PrimaryConninfo, WithDatabase(now));
        }

        if (options.SyncReplicationSlots is { } synchronizes)
        {
            yield return new(RecoveryEntries.SyncReplicationSlots, synchronizes ? "on" : "off");
            if (synchronizes)
                yield return new(RecoveryEntries.HotStandbyFeedback, "on");
        }

        if (options.RestoreFrom is { } archive)
        {
            yield return new(RecoveryEntries.RestoreCommand, archive.RestoreCommand(_isWindows));
            if (options.Upstream is null && _state[RecoveryEntries.PrimaryConninfo] is null or "")
                yield return new(RecoveryEntries.RetrieveRetryInterval, ArchiveRetryInterval);
        }

        if (options.ApplyDelay is { } delay)
            yield return new(RecoveryEntries.MinApplyDelay, RecoveryEntries.Duration(delay));
        if (Timeline(options) is { } timeline)
            yield return new(RecoveryEntries.TargetTimeline, timeline);
        if (options.HotStandby is { } hot)
            yield return new(RecoveryEntries.HotStandby, hot ? "on" : "off");
    }

    private string Conninfo(RecoveryOptions options)
    {
        PgInstance login = (options.Login ?? options.Upstream!).SeenFrom(_standby.Machine);
        string? passFile = login.HasPassword && _state.Dialect.HasPassFileOption
            ? HostPath.Combine(_standby.DataDirectory!, StandbyPassFile.Name)
            : null;
        ConnectionSettings settings = PrimaryConninfo.For(login, options.ApplicationName ?? _standby.Name, passFile, _state.Dialect);
        return (Database(options, login) is { } database ? settings.With("dbname", database) : settings).ToString();
    }

    // The text stays as it is, even if it contains a password.
    private static string WithDatabase(string conninfo) =>
        $"{(conninfo.Contains("://", StringComparison.Ordinal)
            ? ConnectionSettings.Parse(conninfo).ToConninfo(includeSecrets: true)
            : conninfo)} dbname={SyncDatabase}";

    // Slot synchronization connects to a database. A database name that is set already stays.
    private string? Database(RecoveryOptions options, PgInstance login) =>
        _state[RecoveryEntries.PrimaryConninfo] is { Length: > 0 } now && ConnectionSettings.Parse(now).Database is { } present ? present
        : options.SyncReplicationSlots ?? _state.SynchronizesSlots ? login.Database
        : null;

    // In PostgreSQL 11 and older a standby stays on its timeline by default. After a promotion of its upstream it would wait
    // forever.
    private string? Timeline(RecoveryOptions options) =>
        options.TargetTimeline
        ?? (_state.Dialect.FollowsLatestTimelineByDefault || _state[RecoveryEntries.TargetTimeline] is not null ? null : "latest");

    private string? Current(string name) =>
        _state.Dialect.UsesRecoveryConf && RecoveryEntries.IsInRecoveryConf(name) ? _state.RecoveryFile?[name] : _state.Configuration[name];

    private static bool IsSame(RecoverySettingChange change) => change switch
    {
        { NewValue: null } => string.IsNullOrEmpty(change.OldValue),
        { Name: RecoveryEntries.SyncReplicationSlots or RecoveryEntries.HotStandbyFeedback } =>
            SettingValue.AreEqual(change.OldValue ?? "off", change.NewValue, SettingType.Bool),
        { OldValue: null } => false,
        { Name: RecoveryEntries.PrimaryConninfo } => change.OldValue.Length > 0
            && ConnectionSettings.Parse(change.OldValue).Equals(ConnectionSettings.Parse(change.NewValue)),
        { Name: RecoveryEntries.HotStandby } => SettingValue.AreEqual(change.OldValue, change.NewValue, SettingType.Bool),
        { Name: RecoveryEntries.MinApplyDelay or RecoveryEntries.RetrieveRetryInterval } =>
            SettingValue.AreEqual(change.OldValue, change.NewValue, SettingType.Integer, "ms"),
        _ => change.OldValue == change.NewValue,
    };
}
