using Npgsql;
using PgHa.Engine.Configuration;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Settings;

/// <summary>Changes the settings of a server that answers SQL: by <c>ALTER SYSTEM</c> and a reload, for which it waits.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/sql-altersystem.html">ALTER SYSTEM</see>.</remarks>
internal sealed class SessionSettings
{
    // The context in pg_settings of a setting that is compiled in or follows from other settings.
    private const string NotChangeable = "internal";

    private readonly EngineContext _context;
    private readonly ServerSession _session;

    public SessionSettings(EngineContext context, ServerSession session)
    {
        _context = context;
        _session = session;
    }

    private PgInstance Server => _session.Instance;

    /// <summary>Changes settings; see <see cref="SettingStore.SetAsync"/>.</summary>
    /// <param name="values">New values by name; <see langword="null"/> for a reset.</param>
    /// <param name="files">Further changes of files, written before the reload.</param>
    /// <param name="confirm">Asked before anything changes.</param>
    /// <param name="cancellationToken">Cancels before anything changes.</param>
    public async Task<IReadOnlyList<PgSetting>> SetAsync(
        IReadOnlyDictionary<string, string?> values, FileEdits files, ConfirmChange confirm, CancellationToken cancellationToken)
    {
        SystemSetting[] changes = await ChangesAsync(values, cancellationToken).ConfigureAwait(false);
        if (changes.Length == 0 && files.IsEmpty)
        {
            _context.Log.Step($"{Server}: {string.Join(", ", values.Keys)}: nothing to change");
            return [];
        }

        string plan = string.Join(
            '\n', [.. changes.Select(change => Secrets.Redact(change.Statement)), .. files.IsEmpty ? [] : new[] { files.Diff }]);
        if (!await confirm(plan).ConfigureAwait(false))
            return [];

        await AlterAsync(changes, cancellationToken).ConfigureAwait(false);
        try
        {
            await files.ApplyAsync(CancellationToken.None).ConfigureAwait(false);
            await ReloadAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.ErrorId != ErrorIds.OperationTimeout)
        {
            await UndoAsync(changes).ConfigureAwait(false);
            await files.UndoAsync().ConfigureAwait(false);
            throw;
        }

        IReadOnlyList<PgSetting> changed = await SettingCatalog.ReadAsync(
            _session, [.. values.Keys], cancellationToken).ConfigureAwait(false);
        Report(changed, values);
        return changed;
    }

    /// <summary>Has the server read its files again, and waits until it has.</summary>
    /// <exception cref="PgHaException"><c>ConfigurationInvalid</c>, or <c>OperationTimeout</c>.</exception>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        // The postmaster signals this session after it has reloaded the files itself, so the session's load time proves the reload.
        const string LoadTime = "select pg_conf_load_time()::text";
        string? before = await _session.ScalarAsync<string>(LoadTime, cancellationToken).ConfigureAwait(false);
        await _session.ScalarAsync<bool>("select pg_reload_conf()", cancellationToken).ConfigureAwait(false);
        var deadline = Deadline.In(_context.Timeout);
        await Poll.UntilAsync(
            async () =>
            {
                if (await _session.ScalarAsync<string>(LoadTime, cancellationToken).ConfigureAwait(false) != before)
                    return true;
                if (deadline.Elapsed > TimeSpan.FromSeconds(1) && await ErrorsAsync(cancellationToken).ConfigureAwait(false) is { } errors)
                    throw SettingErrors.FilesInvalid(Server, errors);
                return false;
            },
            TimeSpan.FromMilliseconds(2), deadline, () => SettingErrors.ReloadTimedOut(Server, _context.Timeout),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<SystemSetting[]> ChangesAsync(IReadOnlyDictionary<string, string?> values, CancellationToken cancellationToken)
    {
        string[] names = [.. values.Keys.Select(name => name.ToLowerInvariant())];
        IReadOnlyList<PgSetting> current = await SettingCatalog.ReadAsync(_session, names, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<FileValue> inFiles = await FileValue.ReadAsync(_session, names, cancellationToken).ConfigureAwait(false);
        List<SystemSetting> changes = [];
        foreach ((string name, string? value) in values)
        {
            PgSetting? setting = current.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            // A name with a dot may belong to a library that is not loaded. The server decides whether it accepts the name.
            if (setting is null && !name.Contains('.', StringComparison.Ordinal))
                throw SettingErrors.NotFound(Server, name, await NamesAsync(cancellationToken).ConfigureAwait(false));
            if (setting?.Context == NotChangeable)
            {
                throw new PgHaException(
                    ErrorIds.SettingNotChangeable, PgHaErrorKind.InvalidArgument,
                    $"{name} of {Server} is a fact, not a setting: it is {setting.Value}.",
                    "Leave it out: it follows from how the server was built or made, or from what it does.", Server.ToString());
            }

            FileValue[] ofThis = [.. inFiles.Where(one => one.IsOf(name))];
            var change = new SystemSetting(setting?.Name ?? name, value, ofThis.LastOrDefault(one => one.IsAuto)?.Value);
            if (!change.IsSo(setting, ofThis.LastOrDefault()))
                changes.Add(change);
        }

        return [.. changes];
    }

    // Each ALTER SYSTEM takes effect by itself. If one fails, those before it are undone, so that all or none are made.
    private async Task AlterAsync(SystemSetting[] changes, CancellationToken cancellationToken)
    {
        for (int i = 0; i < changes.Length; i++)
        {
            try
            {
                _context.Log.Step($"{Server}: {Secrets.Redact(changes[i].Statement)}");
                await _session.ExecuteAsync(changes[i].Statement, cancellationToken).ConfigureAwait(false);
            }
            catch (PgHaException e)
            {
                await UndoAsync(changes[..i]).ConfigureAwait(false);
                throw e.InnerException is not PostgresException cause ? e : cause.SqlState switch
                {
                    PostgresErrorCodes.InvalidParameterValue =>
                        SettingErrors.Invalid(Server, $"{ServerSaid.Of(cause)}. {cause.Hint}".TrimEnd(), e),
                    PostgresErrorCodes.UndefinedObject =>
                        SettingErrors.NotFound(Server, changes[i].Name, await NamesAsync(CancellationToken.None).ConfigureAwait(false)),
                    _ => e,
                };
            }
        }
    }

    private async Task UndoAsync(SystemSetting[] changes)
    {
        foreach (SystemSetting change in changes)
            await _session.ExecuteAsync(change.Undo.Statement, CancellationToken.None).ConfigureAwait(false);
    }

    private Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken) =>
        _session.QueryAsync("select name from pg_settings", row => row.Text("name")!, cancellationToken);

    // With "setting could not be applied" the view reports a setting that needs a restart. That is no error.
    private async Task<string?> ErrorsAsync(CancellationToken cancellationToken) => await _session.ScalarAsync<string>(
        """
        select string_agg(format('%s line %s: %s', sourcefile, sourceline, error), '; ')
        from pg_file_settings where error is not null and error <> 'setting could not be applied'
        """, cancellationToken).ConfigureAwait(false);

    private void Report(IReadOnlyList<PgSetting> changed, IReadOnlyDictionary<string, string?> values)
    {
        string[] pending = [.. changed.Where(setting => setting.PendingRestart).Select(setting => setting.Name)];
        if (pending.Length > 0)
            _context.Log.Warn($"{Server}: {string.Join(", ", pending)} will take effect at the next restart (Restart-PgInstance).");
        foreach (PgSetting setting in changed.Where(setting => setting.Source == "command line"))
        {
            _context.Log.Warn($"{Server}: {setting.Name} stays {setting.Value}, "
                + "because the server was started with it on its command line, which overrules its files.");
        }

        // Before a pending restart the server shows the source of the value in force, which may have been removed from the file.
        foreach (PgSetting setting in changed.Where(setting => setting is { SourceFile: not null, PendingRestart: false }
            && values.Any(v => v.Value is null && v.Key.Equals(setting.Name, StringComparison.OrdinalIgnoreCase))))
        {
            _context.Log.Warn($"{Server}: {setting.Name} stays {setting.Value}, "
                + $"because {setting.SourceFile} line {setting.SourceLine} sets it.");
        }
    }
}
