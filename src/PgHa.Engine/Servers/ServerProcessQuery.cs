namespace PgHa.Engine.Servers;

/// <summary>Reads a server's processes from <c>pg_stat_activity</c> and the other statistics views.</summary>
internal static class ServerProcessQuery
{
    public static async Task<IReadOnlyList<ServerProcess>> RunAsync(
        EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            if (!session.Dialect.HasBackendTypes)
            {
                throw new PgHaException(
                    ErrorIds.VersionNotSupported, PgHaErrorKind.NotSupported,
                    $"{instance} is PostgreSQL {session.Dialect.Version}, which lists its own processes only on its host; "
                        + "by SQL it takes 10 or newer.",
                    "Name its data directory.", instance.ToString());
            }

            return await session.QueryAsync(Sql(session.Dialect), row => Read(instance, row), cancellationToken).ConfigureAwait(false);
        }
    }

    // The activity of each process has the same form as in its process title.
    private static string Sql(ServerDialect dialect) => $"""
        select a.pid, coalesce(a.backend_type, 'unknown') as kind, a.usename::text, a.datname::text,
               case when a.client_port = -1 then '[local]' else host(a.client_addr) || '(' || a.client_port || ')' end as client,
               case when r.pid is not null
                    then concat_ws(' ', r.state, {(dialect.HasBackupType ? "b.backup_type" : "null::text")}, r.sent_lsn::text)
                    when w.pid is not null then concat_ws(' ', w.status, w.{dialect.ReceiverFlushedLsnColumn}::text)
                    when a.backend_type = 'archiver' then 'last was ' || (select last_archived_wal from pg_stat_archiver)
                    else a.state end as activity,
               case when r.pid is not null then r.sent_lsn
                    when w.pid is not null then w.{dialect.ReceiverFlushedLsnColumn}
                    when a.backend_type = 'startup' then {dialect.LastWalReplayLsnFunction}() end::text as lsn,
               case when a.backend_type = 'archiver' then (select last_archived_wal from pg_stat_archiver) end as wal_file
        from pg_stat_activity a left join pg_stat_replication r on r.pid = a.pid left join pg_stat_wal_receiver w on w.pid = a.pid
             {(dialect.HasBackupType ? "left join pg_stat_progress_basebackup b on b.pid = a.pid" : "")}
        order by a.pid
        """;

    private static ServerProcess Read(PgInstance instance, Row row) => new()
    {
        Server = instance,
        Id = row.Get<int>("pid"),
        Kind = row.Text("kind")!,
        Activity = row.Text("activity") ?? "",
        UserName = row.Text("usename"),
        Database = row.Text("datname"),
        Client = row.Text("client"),
        Lsn = row.Lsn("lsn"),
        WalFile = WalFileName.TryParse(row.Text("wal_file"), out WalFileName file) ? file : null,
    };
}
