using System.Globalization;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cloning;

/// <summary>The facts about a server that PgHa needs to clone it.</summary>
/// <param name="Dialect">Its version.</param>
/// <param name="Settings">Where its files are and where it listens.</param>
/// <param name="DataSize">The bytes in its data directory, WAL not counted.</param>
/// <param name="Tablespaces">Its tablespaces outside the data directory: directory and bytes.</param>
/// <param name="ForeignFiles">Its configuration files that are not in a backup.</param>
internal sealed record BackupSource(
    ServerDialect Dialect,
    IReadOnlyDictionary<string, string> Settings,
    long DataSize,
    IReadOnlyDictionary<string, long> Tablespaces,
    IReadOnlyDictionary<string, byte[]> ForeignFiles)
{
    private static readonly string[] PassingContent = ["log_directory", "stats_temp_directory"];

    private static readonly string[] Names =
    [
        "data_directory", "config_file", "hba_file", "ident_file", "listen_addresses", .. PassingContent, .. StandbyRequirement.Names,
    ];

    /// <summary>Its values of the settings that a standby must not have lower; none for a source that was not asked.</summary>
    public IReadOnlyDictionary<string, int> Required => StandbyRequirement.NamesOf(Dialect)
        .Where(Settings.ContainsKey)
        .ToDictionary(name => name, name => int.Parse(Settings[name], CultureInfo.InvariantCulture));

    /// <summary>Its data directory.</summary>
    public string DataDirectory => Settings["data_directory"];

    /// <summary>The directories whose content is not copied with the other files: WAL, logs and passing statistics.</summary>
    public IReadOnlyList<string> WithoutContent =>
    [
        Dialect.WalDirectory,
        .. PassingContent
            .Where(Settings.ContainsKey)
            .Select(name => HostPath.Below(DataDirectory, HostPath.Full(Settings[name], DataDirectory)))
            .OfType<string>(),
    ];

    /// <summary>Reads it from the server, which needs a superuser or a member of <c>pg_read_all_settings</c>.</summary>
    public static async Task<BackupSource> ReadAsync(EngineContext context, ServerSession session, CancellationToken cancellationToken)
    {
        IReadOnlyList<KeyValuePair<string, string>> settings = await session.QueryAsync(
            "select name, setting from pg_settings where name = any($1)",
            row => KeyValuePair.Create(row.Text("name")!, row.Text("setting") ?? ""),
            cancellationToken,
            [Names]).ConfigureAwait(false);
        var values = settings.ToDictionary(StringComparer.Ordinal);
        if (!values.ContainsKey("data_directory"))
        {
            throw new PgHaException(
                ErrorIds.InsufficientPrivilege,
                PgHaErrorKind.PermissionDenied,
                $"Role '{session.Instance.UserName}' may not read where the files of {session.Instance} are.",
                "Connect as a superuser or a member of pg_monitor. The role that copies can be another one: -ReplicationCredential.",
                session.Instance.ToString());
        }

        IReadOnlyList<KeyValuePair<string, long>> sizes = await session.QueryAsync(
            $"""
            select case when {Servers.Tablespaces.IsOutside} then pg_tablespace_location(oid) else '' end as location,
                   sum(pg_tablespace_size(oid))::int8 as size
            from pg_tablespace group by 1
            """,
            row => KeyValuePair.Create(row.Text("location")!, row.Get<long>("size")),
            cancellationToken).ConfigureAwait(false);
        return new BackupSource(
            session.Dialect,
            values,
            sizes.Where(size => size.Key.Length == 0).Sum(size => size.Value),
            sizes.Where(size => size.Key.Length > 0).ToDictionary(StringComparer.Ordinal),
            await new ForeignConfiguration(context, session).ReadAsync(values, cancellationToken).ConfigureAwait(false));
    }
}
