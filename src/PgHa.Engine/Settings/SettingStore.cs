using PgHa.Engine.Configuration;
using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Settings;

/// <summary>Called with the changes as text before anything is changed; returns whether to go on.</summary>
/// <param name="plan">A diff of files, or statements; passwords are masked.</param>
public delegate Task<bool> ConfirmChange(string plan);

/// <summary>Reads and changes a server's settings: through SQL where it answers, otherwise in its files.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/config-setting.html">Setting Parameters</see>.</remarks>
public sealed class SettingStore
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public SettingStore(EngineContext context) => _context = context;

    /// <summary>
    /// Every setting of a server that answers SQL. For a server that does not, the settings in its files and those in
    /// <paramref name="names"/>, with the values that the server would start with.
    /// </summary>
    /// <exception cref="PgHaException"><c>SettingNotFound</c>, or no access to the server.</exception>
    public async Task<IReadOnlyList<PgSetting>> GetAsync(
        PgInstance server, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        if (await FilesOfAsync(server, cancellationToken).ConfigureAwait(false) is { } files)
            return await files.GetAsync(names, cancellationToken).ConfigureAwait(false);

        ServerSession session = await ServerSession.OpenAsync(_context, server, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            IReadOnlyList<PgSetting> all = await SettingCatalog.ReadAsync(session, names: null, cancellationToken).ConfigureAwait(false);
            string? unknown = names.FirstOrDefault(
                name => !all.Any(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
            return unknown is null ? all : throw SettingErrors.NotFound(server, unknown, all.Select(setting => setting.Name));
        }
    }

    /// <summary>Gives settings their values, and has a running server take them over.</summary>
    /// <param name="server">The server.</param>
    /// <param name="values">New values by name; <see langword="null"/> takes a setting out of the files, so that its default holds.</param>
    /// <param name="confirm">Called before anything changes; not called if nothing would change.</param>
    /// <param name="cancellationToken">Cancels before anything changes.</param>
    /// <returns>The settings that changed, as they are now; those that wait for a restart say so.</returns>
    /// <exception cref="PgHaException">
    /// <c>SettingNotFound</c>, <c>InvalidSettingValue</c>, <c>SettingNotChangeable</c>,
    /// <c>ConfigurationInvalid</c>; in each case everything is as it was.
    /// </exception>
    public Task<IReadOnlyList<PgSetting>> SetAsync(
        PgInstance server, IReadOnlyDictionary<string, string?> values, ConfirmChange confirm, CancellationToken cancellationToken) =>
        ChangeAsync(server, values, areProven: false, confirm, cancellationToken);

    /// <summary>The same with values that PgHa made itself, so that the server's program need not prove them.</summary>
    internal Task<IReadOnlyList<PgSetting>> SetProvenAsync(
        PgInstance server, IReadOnlyDictionary<string, string?> values, ConfirmChange confirm, CancellationToken cancellationToken) =>
        ChangeAsync(server, values, areProven: true, confirm, cancellationToken);

    private async Task<IReadOnlyList<PgSetting>> ChangeAsync(
        PgInstance server, IReadOnlyDictionary<string, string?> values, bool areProven, ConfirmChange confirm,
        CancellationToken cancellationToken)
    {
        if (await FilesOfAsync(server, cancellationToken).ConfigureAwait(false) is { } files)
            return await files.SetAsync(values, areProven, confirm, cancellationToken).ConfigureAwait(false);

        FileEdits edits = await ResetEditsAsync(server, values, cancellationToken).ConfigureAwait(false);
        ServerSession session = await ServerSession.OpenAsync(_context, server, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            return await new SessionSettings(_context, session).SetAsync(values, edits, confirm, cancellationToken).ConfigureAwait(false);
    }

    // ALTER SYSTEM RESET changes only postgresql.auto.conf. For the default, postgresql.conf must not set the value either.
    private async Task<FileEdits> ResetEditsAsync(
        PgInstance server, IReadOnlyDictionary<string, string?> values, CancellationToken cancellationToken)
    {
        string[] resets = [.. values.Where(value => value.Value is null).Select(value => value.Key)];
        return resets.Length > 0 && server.DataDirectory is not null
            ? (await FilesAsync(server, hasProcess: true, cancellationToken).ConfigureAwait(false)).PlanMainReset(resets)
            : FileEdits.None;
    }

    // null: the server answers SQL, so its settings are read and changed by SQL.
    private async Task<FileSettings?> FilesOfAsync(PgInstance server, CancellationToken cancellationToken)
    {
        if (server.DataDirectory is null)
            return null;
        InstanceStatus status = await new InstanceControl(_context).GetStatusAsync(server, cancellationToken).ConfigureAwait(false);
        return status.State == InstanceState.Running
            ? null
            : await FilesAsync(server, status.HasProcess, cancellationToken).ConfigureAwait(false);
    }

    private async Task<FileSettings> FilesAsync(PgInstance server, bool hasProcess, CancellationToken cancellationToken)
    {
        IHost host = await _context.HostOfAsync(server, cancellationToken).ConfigureAwait(false);
        return await FileSettings.OpenAsync(_context, host, server, hasProcess, cancellationToken).ConfigureAwait(false);
    }
}
