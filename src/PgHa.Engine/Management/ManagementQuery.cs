using PgHa.Engine.Servers;

namespace PgHa.Engine.Management;

/// <summary>The query for what a server shows of its manager.</summary>
internal static class ManagementQuery
{
    private static readonly string[] Settings =
    [
        "rds.extensions", "azure.extensions", "cloudsql.iam_authentication", "alloydb.iam_authentication", "cnpg.config_sha256",
        "archive_command", "primary_slot_name",
    ];

    /// <summary>One row, for any role. What the role may not see is left out.</summary>
    /// <remarks>
    /// Every role sees the sessions' application names, the roles, the slots and these settings, except for shared_preload_libraries. The
    /// view <c>pg_settings</c> would take longer than all of this.
    /// </remarks>
    public static string Sql { get; } = $"""
        select array(select distinct name from
                     (select application_name as name from pg_stat_activity where application_name <> 'repmgr' or datid is not null
                      union all select usename::text from pg_stat_activity where usename = 'pgautofailover_monitor'
                      union all select slot_name::text from pg_stat_wal_receiver where status = 'streaming') s
                     where name ~ '^(Patroni|repmgr$|pgautofailover_|cnpg-instance-manager$|stolon)') as sessions,
               array(select rolname::text from pg_roles where rolname in
                     ('pgautofailover_monitor', 'pgautofailover_replicator', '_crunchyrepl', 'repmgr')) as roles,
               array(select slot_name::text from pg_replication_slots
                     where slot_name ~ '^(_cnpg_|pgautofailover_standby_|repmgr_slot_|stolon_)') as slots,
               (select current_setting('shared_preload_libraries')
                where exists (select from pg_roles where rolname = current_user and rolsuper)
                   or exists (select from pg_roles where rolname = 'pg_read_all_settings' and pg_has_role(oid, 'usage')))
                   as "shared_preload_libraries",
               {string.Join(", ", Settings.Select(name => $"current_setting('{name}', true) as \"{name}\""))}
        """;

    /// <summary>The signs in the row.</summary>
    public static IReadOnlyList<ManagementSign> Read(Row row) =>
    [
        .. new SqlManagementFacts(
            row.Get<string[]>("sessions") ?? [], row.Get<string[]>("roles") ?? [], row.Get<string[]>("slots") ?? [],
            Settings.Append("shared_preload_libraries").Select(name => (Name: name, Value: row.Text(name)))
                .Where(setting => setting.Value is not null)
                .ToDictionary(setting => setting.Name, setting => setting.Value!)).Signs,
    ];

    /// <summary>Asks a server.</summary>
    public static async Task<IReadOnlyList<ManagementSign>> AskAsync(
        EngineContext context, PgInstance server, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, server, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            return (await session.QueryAsync(Sql, Read, cancellationToken).ConfigureAwait(false))[0];
    }
}
