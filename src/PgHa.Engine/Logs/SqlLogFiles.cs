using PgHa.Engine.Servers;

namespace PgHa.Engine.Logs;

/// <summary>The log files read by SQL functions, as a superuser or a role that may execute these functions.</summary>
/// <remarks>
/// See
/// <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-GENFILE">Generic File Access Functions</see>.
/// </remarks>
internal sealed class SqlLogFiles : ILogFiles
{
    private readonly ServerSession _session;
    private readonly string _directory;

    private SqlLogFiles(ServerSession session, string directory, LogLinePrefix prefix) =>
        (_session, _directory, Prefix) = (session, directory, prefix);

    public LogLinePrefix Prefix { get; }

    /// <summary>Finds out where and how the server logs.</summary>
    /// <exception cref="PgHaException">
    /// <c>VersionNotSupported</c>: PostgreSQL 9.6 and older; <c>LogNotCollected</c>: no SQL function can read where the server logs.
    /// </exception>
    public static async Task<SqlLogFiles> OpenAsync(ServerSession session, CancellationToken cancellationToken)
    {
        PgInstance instance = session.Instance;
        if (!session.Dialect.HasCurrentLogFileFunction)
        {
            throw new PgHaException(
                ErrorIds.VersionNotSupported, PgHaErrorKind.NotSupported,
                $"{instance} is PostgreSQL {session.Dialect.Version}, which does not tell where its log is; by SQL it takes 10 or newer.",
                "Name its data directory.", instance.ToString());
        }

        Dictionary<string, string> settings = (await session.QueryAsync(
            "select name, setting from pg_settings where name in ('logging_collector', 'log_destination', "
                + "'log_directory', 'log_line_prefix', 'log_timezone')",
            row => KeyValuePair.Create(row.Text("name")!, row.Text("setting")!),
            cancellationToken).ConfigureAwait(false)).ToDictionary();
        if (settings["logging_collector"] == "off" || !settings["log_destination"].Contains("stderr", StringComparison.Ordinal))
        {
            throw new PgHaException(
                ErrorIds.LogNotCollected, PgHaErrorKind.InvalidState,
                $"{instance} has logging_collector = {settings["logging_collector"]} and log_destination = {settings["log_destination"]}, "
                    + "so its log cannot be read by SQL.",
                "Read it on its host (name its data directory), or Set-PgSetting @{ logging_collector = 'on'; "
                    + "log_destination = 'stderr' } and restart the server.",
                instance.ToString());
        }

        return settings.TryGetValue("log_directory", out string? directory)
            ? new SqlLogFiles(session, directory, LogPrefixes.Of(settings["log_line_prefix"], settings["log_timezone"]))
            : throw new PgHaException(
                ErrorIds.InsufficientPrivilege, PgHaErrorKind.PermissionDenied,
                $"{instance} does not let role '{instance.UserName}' see where its log is.",
                "Connect as a superuser, or as a member of pg_monitor that may execute pg_read_binary_file.", instance.ToString());
    }

    public Task<IReadOnlyList<LogFile>> ListAsync(CancellationToken cancellationToken) => _session.QueryAsync(
        "select name, size, modification from pg_ls_logdir()",
        row => new LogFile($"{_directory}/{row.Text("name")}", row.Get<long>("size"), row.Get<DateTimeOffset>("modification")),
        cancellationToken);

    // Read as bytes, because the server refuses a text that begins in the middle of a character.
    public async Task<byte[]> ReadTailAsync(LogFile file, int maxBytes, CancellationToken cancellationToken) =>
        await _session.ScalarAsync<byte[]>(
            "select pg_read_binary_file($1, greatest(0, (pg_stat_file($1)).size - $2), $2)", cancellationToken, file.Path,
            (long)maxBytes).ConfigureAwait(false) ?? [];
}
