using PgHa.Engine.Machines;

namespace PgHa.Engine.Servers;

/// <summary>Makes tablespaces.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/manage-ag-tablespaces.html">Tablespaces</see>.</remarks>
internal static class Tablespaces
{
    /// <summary>The directories of those outside the data directory, by their OIDs.</summary>
    public static async Task<IReadOnlyList<(string Oid, string Location)>> LocationsAsync(
        ServerSession session, CancellationToken cancellationToken) =>
        await session.QueryAsync(
            $"select oid::text as oid, pg_tablespace_location(oid) as location from pg_tablespace where {IsOutside}",
            row => (row.Text("oid")!, row.Text("location")!), cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// The condition in SQL: <c>pg_default</c> and <c>pg_global</c> have no location,
    /// and a tablespace in the data directory has a relative one.
    /// </summary>
    public const string IsOutside = "(pg_tablespace_location(oid) like '/%' or pg_tablespace_location(oid) like '_:%')";

    /// <summary>Makes sure that the primary has the tablespace, in that directory.</summary>
    /// <exception cref="PgHaException"><c>TablespaceElsewhere</c>: there is one of that name in another directory.</exception>
    public static async Task EnsureAsync(
        EngineContext context, PgInstance primary, string name, string directory, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, primary, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            string? present = await session.ScalarAsync<string>(
                "select pg_tablespace_location(oid) from pg_tablespace where spcname = $1", cancellationToken, name).ConfigureAwait(false);
            if (present == directory)
                return;
            if (present is not null)
            {
                throw new PgHaException(
                    ErrorIds.TablespaceElsewhere, PgHaErrorKind.AlreadyExists,
                    $"The tablespace '{name}' of {primary} is in '{present}', not in '{directory}'.",
                    "Correct the definition.", primary.ToString());
            }

            IHost host = await context.HostOfAsync(primary, cancellationToken).ConfigureAwait(false);
            await host.CreateDirectoryAsync(directory, cancellationToken).ConfigureAwait(false);
            // This commit must not wait for a standby, because the standby may be the server that is being made.
            await session.ExecuteAsync("set synchronous_commit = local", cancellationToken).ConfigureAwait(false);
            context.Log.Step($"{primary}: creating tablespace '{name}' in '{directory}'");
            await session.ExecuteAsync(
                $"create tablespace {SqlQuoting.Identifier(name)} location {SqlQuoting.Literal(directory)}",
                cancellationToken).ConfigureAwait(false);
        }
    }
}
