namespace PgHa.Engine.Servers;

/// <summary>The databases of a server.</summary>
public static class DatabaseNames
{
    /// <summary>The databases that can be connected to, in the order of their names.</summary>
    /// <exception cref="PgHaException">What <see cref="ServerSession.OpenAsync"/> fails with.</exception>
    public static async Task<IReadOnlyList<string>> ListAsync(
        EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            return await session.QueryAsync(
                "select datname::text as name from pg_database where datallowconn order by 1", row => row.Text("name")!,
                cancellationToken).ConfigureAwait(false);
        }
    }
}
