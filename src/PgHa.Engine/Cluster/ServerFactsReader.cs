using System.Diagnostics;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Cluster;

/// <summary>Reads from a server's catalogs the facts that matter to a cluster.</summary>
internal static class ServerFactsReader
{
    public static async Task<ServerFacts> ReadAsync(ServerSession session, CancellationToken cancellationToken)
    {
        List<ServerRoleFacts> roles = [];
        Dictionary<string, string> tablespaces = [];
        ServerFacts facts = new() { Version = session.Dialect.Version };
        long asked = Stopwatch.GetTimestamp();
        DateTimeOffset before = DateTimeOffset.UtcNow;
        DateTimeOffset server = await session.ScalarAsync<DateTime>("select clock_timestamp()", cancellationToken).ConfigureAwait(false);
        // The best guess is that the server read its clock halfway between the question and the answer.
        TimeSpan offset = server - (before + (Stopwatch.GetElapsedTime(asked) / 2));
        await session.QueryAllAsync(
            [
                (Sql(session.Dialect), row => facts = Read(session.Dialect.Version, row) with { ClockOffset = offset }),
                (Roles, row => roles.Add(new ServerRoleFacts(
                    row.Text("name")!, row.Get<bool>("rolsuper"), row.Get<bool>("rolreplication"), row.Get<bool>("rolcanlogin"),
                    row.Get<string[]>("member_of") ?? []))),
                (Tablespaces, row => tablespaces[row.Text("name")!] = row.Text("directory")!),
            ],
            cancellationToken).ConfigureAwait(false);
        return facts with { Roles = roles, Tablespaces = tablespaces };
    }

    private const string Roles = """
        select r.rolname::text as name, r.rolsuper, r.rolreplication, r.rolcanlogin,
               array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid
                     where m.member = r.oid order by 1) as member_of
        from pg_roles r where r.rolname !~ '^pg_' order by 1
        """;

    private const string Tablespaces = """
        select spcname::text as name, pg_tablespace_location(oid) as directory
        from pg_tablespace where spcname not in ('pg_default', 'pg_global') order by 1
        """;

    private static string Sql(ServerDialect dialect) => $"""
        select (select max(age(datfrozenxid))::bigint from pg_database) as transaction_age,
               {(dialect.HasChecksumFailures
                   ? "(select sum(checksum_failures)::bigint from pg_stat_database)"
                   : "null::bigint")} as checksum_failures,
               (select clock_timestamp() - min(xact_start) from pg_stat_activity
                where xact_start is not null and pid <> pg_backend_pid()) as oldest_transaction,
               pg_has_role('pg_read_all_stats', 'usage') as sees_activity,
               (select clock_timestamp() - min(prepared) from pg_prepared_xacts) as oldest_prepared,
               (select count(*) from pg_class where relpersistence = 'u' and relkind = 'r') as unlogged_tables,
               (select count(*)::int from pg_stat_replication) as wal_senders,
               (select count(*)::int from pg_stat_activity where datid is not null) as connections
        """;

    private static ServerFacts Read(ServerVersion version, Row row) => new()
    {
        Version = version,
        TransactionAge = row.Get<long>("transaction_age"),
        ChecksumFailures = row.Get<long?>("checksum_failures"),
        OldestTransaction = row.Interval("oldest_transaction"),
        SeesActivity = row.Get<bool>("sees_activity"),
        OldestPreparedTransaction = row.Interval("oldest_prepared"),
        UnloggedTables = row.Get<long>("unlogged_tables"),
        WalSenders = row.Get<int>("wal_senders"),
        Connections = row.Get<int>("connections"),
    };
}
