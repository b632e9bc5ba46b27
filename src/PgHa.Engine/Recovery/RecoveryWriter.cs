using PgHa.Engine.Configuration;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

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
                At(RecoveryFileNames.StandbySignal), Array.Empty<byte>(), mode: null, cancellationToken).ConfigureAwait(false);
        }

        if (settings.Count == 0)
            return;
        bool isOutside = await ConfigurationLocation.IsOutsideAsync(
            _host, _state.Configuration.Main.Path, _standby.DataDirectory!, cancellationToken).ConfigureAwait(false);
        if (isOutside)
            WarnOfOverruled(settings);
        if (_state.Status.State == InstanceState.Running)
        {
            if (await TryAlterSystemAsync(settings, cancellationToken).ConfigureAwait(false))
                return;
        }
        else
        {
            await EditAsync(settings, isOutside, cancellationToken).ConfigureAwait(false);
        }

        if (_state.Status.HasProcess)
            await new InstanceControl(_context).ReloadAsync(_standby, cancellationToken).ConfigureAwait(false);
    }

    // Two values of one setting mislead whoever looks into one of the files only.
    private void WarnOfOverruled(IEnumerable<RecoverySettingChange> settings)
    {
        foreach (RecoverySettingChange change in settings)
        {
            if (_state.Configuration.Main.Find(change.Name) is { } line)
            {
                _context.Log.Warn(
                    $"{_standby}: {line} sets {change.Name} too. The value in {ServerConfiguration.AutoFileName} wins, and PgHa "
                    + "leaves the file as it is: take the line out there.");
            }
        }
    }

    private Task WriteRecoveryConfAsync(List<RecoverySettingChange> changes, CancellationToken cancellationToken)
    {
        ConfigurationFile file = Apply((_state.RecoveryFile ?? ConfigurationFile.Empty).Set("standby_mode", "on"), changes);
        return _host.WriteFileAsync(At(RecoveryFileNames.RecoveryConf), file.ToBytes(), mode: null, cancellationToken);
    }

    /// <summary>Changes the settings by SQL, and returns whether the server reloads them.</summary>
    private async Task<bool> TryAlterSystemAsync(List<RecoverySettingChange> settings, CancellationToken cancellationToken)
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

            try
            {
                // It takes no program, unlike a reload by pg_ctl: nobody can write while a standby has not taken over its new upstream.
                return await session.ScalarAsync<bool>("select pg_reload_conf()", cancellationToken).ConfigureAwait(false);
            }
            catch (PgHaException e) when (e.Kind == PgHaErrorKind.PermissionDenied)
            {
                // The role may have been granted these settings without this function.
                return false;
            }
        }
    }

    // By the same rule as SettingStore, but without running the server's program to check the values: PgHa made them itself.
    private async Task EditAsync(List<RecoverySettingChange> settings, bool isOutside, CancellationToken cancellationToken)
    {
        ServerConfiguration configuration = _state.Configuration;
        var edit = new ConfigurationEdit(configuration, isOutside, _context.EvenIfManaged);
        foreach (RecoverySettingChange change in settings)
        {
            if (change.NewValue is { } value)
                edit.Set(change.Name, value);
            else
                edit.Clear(change.Name);
        }

        FileEdits edits = new(_host);
        edits.Add(configuration.Main.Path, configuration.Main.File.ToBytes(), edit.Main.ToBytes());
        if (configuration.Auto is not null || edit.Auto.Entries.Count > 0)
            edits.Add(At(ServerConfiguration.AutoFileName), configuration.Auto?.File.ToBytes(), edit.Auto.ToBytes());
        await edits.ApplyAsync(cancellationToken).ConfigureAwait(false);
    }

    private static ConfigurationFile Apply(ConfigurationFile file, IEnumerable<RecoverySettingChange> changes) => changes.Aggregate(
        file, (edited, change) => change.NewValue is null ? edited.Remove(change.Name) : edited.Set(change.Name, change.NewValue));

    private string At(string name) => HostPath.Combine(_standby.DataDirectory!, name);
}
