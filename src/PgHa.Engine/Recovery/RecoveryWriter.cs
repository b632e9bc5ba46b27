using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;
using PgHa.Engine.Settings;

namespace PgHa.Engine.Recovery;

/// <summary>Writes the changes of a plan, in an order in which an interruption does no harm.</summary>
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

    /// <summary>Writes the changes, and makes a running standby reload them.</summary>
    public async Task WriteAsync(RecoveryPlan plan, CancellationToken cancellationToken)
    {
        bool usesRecoveryConf = _state.Dialect.UsesRecoveryConf;
        var inRecoveryConf = plan.Changes.Where(change => usesRecoveryConf && RecoveryEntries.IsInRecoveryConf(change.Name)).ToList();
        List<RecoverySettingChange> settings = [.. plan.Changes.Except(inRecoveryConf)];

        // First the file that marks a standby: after an interruption, the server cannot start as a second primary.
        if (usesRecoveryConf)
        {
            await WriteRecoveryConfAsync(inRecoveryConf, cancellationToken).ConfigureAwait(false);
        }
        else if (plan.BecomesStandby)
        {
            await _host.WriteFileAsync(
                At(RecoveryState.StandbySignal), Array.Empty<byte>(), mode: null, cancellationToken).ConfigureAwait(false);
        }

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

    // By the same rule as SettingStore, but without running the server's program to check the values: PgHa made them itself.
    private async Task EditAsync(List<RecoverySettingChange> settings, CancellationToken cancellationToken)
    {
        ServerConfiguration configuration = _state.Configuration;
        ConfigurationFile main = configuration.Main.File;
        ConfigurationFile auto = configuration.Auto?.File ?? ConfigurationFile.Empty;
        foreach (RecoverySettingChange change in settings)
        {
            // Several servers may share an included file, so PgHa overrides its settings instead of changing it.
            bool isIncluded = configuration.Main.Find(change.Name) is { } winner && winner.Path != configuration.Main.Path;
            if (change.NewValue is null && !isIncluded)
                (main, auto) = (main.Remove(change.Name), auto.Remove(change.Name));
            else if (isIncluded || auto.Contains(change.Name))
                auto = auto.Set(change.Name, change.NewValue ?? "");
            else
                main = main.Set(change.Name, change.NewValue!);
        }

        FileEdits edits = new(_host);
        edits.Add(configuration.Main.Path, configuration.Main.File.ToBytes(), main.ToBytes());
        if (configuration.Auto is not null || auto.Entries.Count > 0)
            edits.Add(At(ServerConfiguration.AutoFileName), configuration.Auto?.File.ToBytes(), auto.ToBytes());
        await edits.ApplyAsync(cancellationToken).ConfigureAwait(false);
    }

    private static ConfigurationFile Apply(ConfigurationFile file, IEnumerable<RecoverySettingChange> changes) => changes.Aggregate(
        file, (edited, change) => change.NewValue is null ? edited.Remove(change.Name) : edited.Set(change.Name, change.NewValue));

    private string At(string name) => Path.Combine(_standby.DataDirectory!, name);
}
