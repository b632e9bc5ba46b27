using PgHa.Engine.Servers;

namespace PgHa.Engine.Origins;

/// <summary>Lists, makes, moves and removes replication origins, by SQL only.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/replication-origins.html">Replication Progress Tracking</see>.</remarks>
public static class ReplicationOrigins
{
    /// <summary>The origins of a server, by name.</summary>
    /// <exception cref="PgHaException"><c>InsufficientPrivilege</c>, or what connecting fails with.</exception>
    public static Task<IReadOnlyList<ReplicationOrigin>> GetAsync(
        EngineContext context, PgInstance instance, CancellationToken cancellationToken) =>
        UseAsync(context, instance, "", session => ListAsync(session, cancellationToken), cancellationToken);

    /// <summary>Makes an origin, without progress.</summary>
    /// <exception cref="PgHaException">
    /// <c>OriginAlreadyExists</c>, <c>OriginNameReserved</c>, <c>ServerIsStandby</c>, <c>InsufficientPrivilege</c>.
    /// </exception>
    public static Task<ReplicationOrigin> CreateAsync(
        EngineContext context, PgInstance instance, string name, CancellationToken cancellationToken) =>
        UseAsync(context, instance, name, async session =>
        {
            // 10 and 11 would log the duplicate key as an error of their own.
            if (await IdOfAsync(session, name, cancellationToken).ConfigureAwait(false) is not null)
                throw OriginErrors.Taken(instance, name);
            context.Log.Step($"{instance}: creating replication origin '{name}'.");
            uint id = await session.ScalarAsync<uint>(
                "select pg_replication_origin_create($1)", cancellationToken, name).ConfigureAwait(false);
            return new ReplicationOrigin { Server = instance, Name = name, Id = id };
        }, cancellationToken);

    /// <summary>Sets the progress of an origin, forwards or backwards, without applying any changes.</summary>
    /// <exception cref="PgHaException">
    /// <c>OriginNotFound</c>, <c>OriginIsActive</c>, <c>NoFreeOrigin</c>, <c>ServerIsStandby</c>, <c>InsufficientPrivilege</c>.
    /// </exception>
    public static Task<ReplicationOrigin> AdvanceAsync(
        EngineContext context, PgInstance instance, string name, Lsn remoteLsn, CancellationToken cancellationToken) =>
        UseAsync(context, instance, name, async session =>
        {
            context.Log.Step($"{instance}: setting the progress of replication origin '{name}' to {remoteLsn}.");
            await session.ExecuteAsync(
                "select pg_replication_origin_advance($1, $2::text::pg_lsn)", cancellationToken, name,
                remoteLsn.ToString()).ConfigureAwait(false);
            IReadOnlyList<ReplicationOrigin> origins = await ListAsync(session, cancellationToken).ConfigureAwait(false);
            return origins.FirstOrDefault(origin => origin.Name == name) ?? throw OriginErrors.NotFound(instance, name);
        }, cancellationToken);

    /// <summary>Removes an origin and its progress.</summary>
    /// <exception cref="PgHaException">
    /// <c>OriginNotFound</c>, <c>OriginIsActive</c>, <c>ServerIsStandby</c>, <c>InsufficientPrivilege</c>.
    /// </exception>
    public static Task RemoveAsync(EngineContext context, PgInstance instance, string name, CancellationToken cancellationToken) =>
        UseAsync(context, instance, name, session =>
        {
            context.Log.Step($"{instance}: removing replication origin '{name}'.");
            return session.ExecuteAsync("select pg_replication_origin_drop($1)", cancellationToken, name);
        }, cancellationToken);

    private static async Task<uint?> IdOfAsync(ServerSession session, string name, CancellationToken cancellationToken) =>
        await session.ScalarAsync<uint?>("select pg_replication_origin_oid($1)", cancellationToken, name).ConfigureAwait(false);

    // The function flushes the position that it reports, so that no client continues from a position that a crash undoes. It
    // fails on a server that keeps no progress, so it is not called there.
    private static async Task<IReadOnlyList<ReplicationOrigin>> ListAsync(ServerSession session, CancellationToken cancellationToken) =>
        await session.QueryAsync(
            $"""
            select roident, roname,
                   case when current_setting('{session.Dialect.OriginLimitSetting}') <> '0'
                        then pg_replication_origin_progress(roname, true) end::text as remote_lsn,
                   nullif(local_lsn, '0/0')::text as local_lsn
            from pg_replication_origin left join pg_replication_origin_status on local_id = roident
            order by roname
            """,
            row => new ReplicationOrigin
            {
                Server = session.Instance,
                Id = row.Get<uint>("roident"),
                Name = row.Text("roname")!,
                RemoteLsn = row.Lsn("remote_lsn"),
                LocalLsn = row.Lsn("local_lsn"),
            },
            cancellationToken).ConfigureAwait(false);

    private static async Task<T> UseAsync<T>(
        EngineContext context, PgInstance instance, string origin, Func<ServerSession, Task<T>> work, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                return await work(session).ConfigureAwait(false);
            }
            catch (PgHaException e) when (e.SqlState() is not null)
            {
                throw OriginErrors.Of(session, origin, e);
            }
        }
    }
}
