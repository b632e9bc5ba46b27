using System.Text;
using PgHa.Engine.Machines;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cloning;

/// <summary>
/// The configuration of a source that keeps it outside its data directory, as Debian's packages do: a base backup
/// does not bring it along, and a clone without it does not start.
/// </summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/runtime-config-file-locations.html">File Locations</see>.</remarks>
internal sealed class ForeignConfiguration
{
    // Enough to administer the clone. The user decides who else may connect.
    private const string FallbackHba = """
        # The source's rules could not be read.
        local all all peer
        local replication all peer

        """;

    private static readonly (string Name, string Setting)[] Files =
        [("postgresql.conf", "config_file"), ("pg_hba.conf", "hba_file"), ("pg_ident.conf", "ident_file")];

    // The server's own limit.
    private const int MaxIncludes = 10;

    private readonly EngineContext _context;
    private readonly ServerSession _session;

    public ForeignConfiguration(EngineContext context, ServerSession session)
    {
        _context = context;
        _session = session;
    }

    /// <summary>The files that the clone needs and that a backup does not contain: name and content of each.</summary>
    /// <param name="settings">The source's <c>data_directory</c>, <c>config_file</c>, <c>hba_file</c> and <c>ident_file</c>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(
        IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        Dictionary<string, byte[]> files = [];
        foreach ((string name, string setting) in Files)
        {
            string inBackup = HostPath.Combine(settings["data_directory"], name);
            if (await IsAtAsync(settings[setting], inBackup, cancellationToken).ConfigureAwait(false))
                continue;
            _context.Log.Step($"{_session.Instance} keeps its {setting} at '{settings[setting]}', outside the backup");
            files[name] = setting == "config_file"
                ? (await MainFileAsync(cancellationToken).ConfigureAwait(false)).ToBytes()
                : Encoding.UTF8.GetBytes(await AccessFileAsync(setting, settings[setting], cancellationToken).ConfigureAwait(false));
        }

        return files;
    }

    private async Task<bool> IsAtAsync(string path, string inBackup, CancellationToken cancellationToken)
    {
        if (DataDirectoryPath.AreEqual(path, inBackup))
            return true;
        IHost own = await _context.MachineOf(_session.Instance).OperatorAsync(cancellationToken).ConfigureAwait(false);
        return await DataDirectoryPath.AreSameAsync(own, path, inBackup, cancellationToken).ConfigureAwait(false);
    }

    // A postgresql.conf with the settings of the source's files, including those of included files.
    private async Task<ConfigurationFile> MainFileAsync(CancellationToken cancellationToken)
    {
        // The backup contains postgresql.auto.conf.
        IReadOnlyList<KeyValuePair<string, string>> settings = await _session.QueryAsync(
            """
            select name, setting from pg_file_settings
            where setting is not null and sourcefile not like '%postgresql.auto.conf' order by seqno
            """,
            row => KeyValuePair.Create(row.Text("name")!, row.Text("setting")!),
            cancellationToken).ConfigureAwait(false);
        return ConfigurationFile.Parse($"# Written by PgHa from the settings of {_session.Instance}.\n").Set(settings);
    }

    private async Task<string> AccessFileAsync(string setting, string path, CancellationToken cancellationToken)
    {
        try
        {
            string text = await _session.ScalarAsync<string>(
                "select pg_read_file($1)", cancellationToken, path).ConfigureAwait(false) ?? "";
            return setting == "hba_file" && _session.Dialect.HasHbaIncludes
                ? await WithIncludesAsync(path, text, depth: 0, cancellationToken).ConfigureAwait(false)
                : text;
        }
        catch (PgHaException e) when (e.ErrorId is ErrorIds.StatementFailed or ErrorIds.InsufficientPrivilege)
        {
            // PostgreSQL 10 and older read no file outside the data directory, even for a superuser.
            _context.Log.Warn(
                $"The {setting} of {_session.Instance} cannot be read through SQL ({e.Message}). "
                + "The clone lets in local users as roles of their own name; add its rules with Add-PgHbaRule.");
            return setting == "hba_file" ? FallbackHba : "";
        }
    }

    // The included files are outside the backup too, and a server without them does not start.
    private async Task<string> WithIncludesAsync(string path, string text, int depth, CancellationToken cancellationToken)
    {
        HbaFile file = HbaFile.Parse(text);
        Dictionary<HbaInclude, string> included = [];
        foreach (HbaInclude include in depth < MaxIncludes ? file.Includes : [])
        {
            string target = HostPath.Combine(HostPath.Parent(path)!, include.Path);
            IReadOnlyList<string> names = include.Directive != "include_dir" ? [target] : await _session.QueryAsync(
                "select $1 || '/' || name as name from pg_ls_dir($1) name "
                    + "where name like '%.conf' and name not like '.%' order by name collate \"C\"",
                row => row.Text("name")!, cancellationToken, [target]).ConfigureAwait(false);
            List<string> texts = [];
            foreach (string name in names)
            {
                string content = await _session.ScalarAsync<string>(
                    "select pg_read_file($1, true)", cancellationToken, name).ConfigureAwait(false) ?? "";
                texts.Add(await WithIncludesAsync(name, content, depth + 1, cancellationToken).ConfigureAwait(false));
            }

            included[include] = string.Join('\n', texts);
        }

        return included.Count == 0 ? text : file.WithIncluded(include => included[include]).Text;
    }
}
