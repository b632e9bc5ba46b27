namespace PgHa.Engine.Recovery;

/// <summary>Works out which settings a change comes to.</summary>
internal sealed class RecoveryPlanner
{
    // The server's default of 5 s is how far an archive-fed standby lags behind every finished file.
    private const string ArchiveRetryInterval = "200ms";

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

        if (options.RestoreFrom is { } archive)
        {
            yield return new(RecoveryEntries.RestoreCommand, _isWindows ? RestoreCommand.ForWindows(archive) : RestoreCommand.ForPosix(archive));
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
        PgInstance login = options.Login ?? options.Upstream!;
        string? passFile = login.HasPassword && _state.Dialect.HasPassFileOption
            ? Path.Combine(_standby.DataDirectory!, StandbyPassFile.Name)
            : null;
        return PrimaryConninfo.For(login, options.ApplicationName ?? _standby.Name, passFile, _state.Dialect).ToString();
    }

    // Up to 11 a standby stays on its timeline unless told otherwise: after a promotion upstream it would wait for ever.
    private string? Timeline(RecoveryOptions options) =>
        options.TargetTimeline
        ?? (_state.Dialect.FollowsLatestTimelineByDefault || _state[RecoveryEntries.TargetTimeline] is not null ? null : "latest");

    private string? Current(string name) =>
        _state.Dialect.UsesRecoveryConf && RecoveryEntries.IsInRecoveryConf(name) ? _state.RecoveryFile?[name] : _state.Configuration[name];

    private static bool IsSame(RecoverySettingChange change) => change switch
    {
        { NewValue: null } => string.IsNullOrEmpty(change.OldValue),
        { OldValue: null } => false,
        { Name: RecoveryEntries.PrimaryConninfo } => change.OldValue.Length > 0
            && ConnectionSettings.Parse(change.OldValue).Equals(ConnectionSettings.Parse(change.NewValue)),
        { Name: RecoveryEntries.HotStandby } => SettingValue.AreEqual(change.OldValue, change.NewValue, SettingType.Bool),
        { Name: RecoveryEntries.MinApplyDelay or RecoveryEntries.RetrieveRetryInterval } =>
            SettingValue.AreEqual(change.OldValue, change.NewValue, SettingType.Integer, "ms"),
        _ => change.OldValue == change.NewValue,
    };
}
