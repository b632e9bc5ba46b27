namespace PgHa.Engine.Servers;

/// <summary>The roles of a server, by name.</summary>
public static class RoleNames
{
    /// <summary>The roles in the order of their names, without those that PostgreSQL predefines.</summary>
    /// <exception cref="PgHaException">What <see cref="ServerSession.OpenAsync"/> fails with.</exception>
    public static async Task<IReadOnlyList<string>> ListAsync(
        EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            return await session.QueryAsync(
                "select rolname::text as name from pg_roles where rolname !~ '^pg_' order by 1", row => row.Text("name")!,
                cancellationToken).ConfigureAwait(false);
        }
    }
}
