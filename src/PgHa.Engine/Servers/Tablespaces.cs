using PgHa.Engine.Hosts;

namespace PgHa.Engine.Servers;

/// <summary>Makes tablespaces.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/manage-ag-tablespaces.html">Tablespaces</see>.</remarks>
internal static class Tablespaces
{
    /// <summary>Makes sure that the primary has the tablespace, in that directory.</summary>
    /// <exception cref="PgHaException"><c>TablespaceElsewhere</c>: there is one of that name in another directory.</exception>
    public static async Task EnsureAsync(EngineContext context, PgInstance primary, string name, string directory, CancellationToken cancellationToken)
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
                    "TablespaceElsewhere", PgHaErrorKind.AlreadyExists, $"The tablespace '{name}' of {primary} is in '{present}', not in '{directory}'.",
                    "Correct the definition.", primary.ToString());
            }

            IHost host = await context.HostOfAsync(primary, cancellationToken).ConfigureAwait(false);
            await host.CreateDirectoryAsync(directory, cancellationToken).ConfigureAwait(false);
            // Where commits wait for a standby, this one must not: the standby may be what is being made.
            await session.ExecuteAsync("set synchronous_commit = local", cancellationToken).ConfigureAwait(false);
            context.Log.Step($"{primary}: creating tablespace '{name}' in '{directory}'");
            await session.ExecuteAsync(
                $"create tablespace {SqlQuoting.Identifier(name)} location {SqlQuoting.Literal(directory)}", cancellationToken).ConfigureAwait(false);
        }
    }
}
