using PgHa.Engine.Hosts;
using PgHa.Engine.Instances;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Recovery;

/// <summary>Writes what a plan says, in the order in which stopping halfway does no harm.</summary>
internal sealed class RecoveryWriter
{
    private readonly EngineContext _context;
    private readonly IHost _host;
    private readonly PgInstance _standby;
    private readonly RecoveryState _state;

    public RecoveryWriter(EngineContext context, IHost host, PgInstance standby, RecoveryState state)
    {
        _context = context;
        _host = host;
        _standby = standby;
        _state = state;
    }

    /// <summary>Writes, and has a running standby reload.</summary>
    public async Task WriteAsync(RecoveryPlan plan, CancellationToken cancellationToken)
    {
        bool usesRecoveryConf = _state.Dialect.UsesRecoveryConf;
        var inRecoveryConf = plan.Changes.Where(change => usesRecoveryConf && RecoveryEntries.IsInRecoveryConf(change.Name)).ToList();
        List<RecoverySettingChange> settings = [.. plan.Changes.Except(inRecoveryConf)];

        // First the mark of a standby: what comes between can then not start it as a second primary.
        if (usesRecoveryConf)
            await WriteRecoveryConfAsync(inRecoveryConf, cancellationToken).ConfigureAwait(false);
        else if (plan.BecomesStandby)
            await _host.WriteFileAsync(At(RecoveryState.StandbySignal), Array.Empty<byte>(), mode: null, cancellationToken).ConfigureAwait(false);

        if (settings.Count == 0)
            return;
        if (_state.Status.State == InstanceState.Running)
            await AlterSystemAsync(settings, cancellationToken).ConfigureAwait(false);
        else
            await EditAsync(settings, cancellationToken).ConfigureAwait(false);
        if (_state.Status.HasProcess)
            await new InstanceControl(_context).ReloadAsync(_standby, cancellationToken).ConfigureAwait(false);
    }

    private Task WriteRecoveryConfAsync(List<RecoverySettingChange> changes, CancellationToken cancellationToken)
    {
        ConfigurationFile file = Apply((_state.RecoveryFile ?? ConfigurationFile.Empty).Set("standby_mode", "on"), changes);
        return _host.WriteFileAsync(At(RecoveryState.RecoveryConf), file.ToBytes(), mode: null, cancellationToken);
    }

    private async Task AlterSystemAsync(List<RecoverySettingChange> settings, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, _standby, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            foreach (RecoverySettingChange change in settings)
            {
                string name = SqlQuoting.Identifier(change.Name);
                await session.ExecuteAsync(
                    $"alter system set {name} = {SqlQuoting.Literal(change.NewValue ?? "")}", cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // In the file that has the last word, or else in the one where the setting is.
    private async Task EditAsync(List<RecoverySettingChange> settings, CancellationToken cancellationToken)
    {
        ConfigurationSource target = _state.Configuration.Auto ?? _state.Configuration.Main;
        ConfigurationFile file = Apply(target.File, settings);
        await _host.WriteFileAsync(target.Path, file.ToBytes(), mode: null, cancellationToken).ConfigureAwait(false);
    }

    // A setting to be dropped is dropped only where no other file would shine through.
    private ConfigurationFile Apply(ConfigurationFile file, IEnumerable<RecoverySettingChange> changes) => changes.Aggregate(
        file,
        (edited, change) => change.NewValue is not null ? edited.Set(change.Name, change.NewValue)
            : ReferenceEquals(file, _state.Configuration.Auto?.File) && _state.Configuration.Main.Find(change.Name) is not null ? edited.Set(change.Name, "")
            : edited.Remove(change.Name));

    private string At(string name) => Path.Combine(_standby.DataDirectory!, name);
}
