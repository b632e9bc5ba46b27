using Npgsql;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>The output plugins that are installed on a server.</summary>
public static class OutputPlugins
{
    // A library is an output plugin if it has this symbol; no catalog lists them, because they are no extensions.
    private const string Sql = """
        select substring(file from '^(.+)\.[a-z]+$') as name
        from (select setting as directory from pg_config where name = 'PKGLIBDIR') as libraries, pg_ls_dir(directory) as file
        where file ~ '\.(so|dll|dylib)$'
          and position(convert_to('_PG_output_plugin_init', 'SQL_ASCII') in pg_read_binary_file(directory || '/' || file)) > 0
        order by 1
        """;

    /// <summary>
    /// The names, sorted; <see langword="null"/> where the role may not read the server's files (in PostgreSQL 10 and older no role may).
    /// </summary>
    /// <exception cref="PgHaException">What <see cref="ServerSession.OpenAsync"/> fails with.</exception>
    public static async Task<IReadOnlyList<string>?> ListAsync(
        EngineContext context, PgInstance instance, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            return await ListAsync(session, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<IReadOnlyList<string>?> ListAsync(ServerSession session, CancellationToken cancellationToken)
    {
        try
        {
            return await session.QueryAsync(Sql, row => row.Text("name")!, cancellationToken).ConfigureAwait(false);
        }
        catch (PgHaException e) when (e.SqlState() is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedFile)
        {
            return null;
        }
    }

    /// <summary>Whether a server may have refused to make a slot because of its plugin, or because of the role.</summary>
    internal static bool IsRefusal(PgHaException e) =>
        e.SqlState() is PostgresErrorCodes.UndefinedFile or PostgresErrorCodes.InternalError or PostgresErrorCodes.InsufficientPrivilege;

    // Some minor releases report a role without REPLICATION and a library that is no plugin with the same SQLSTATE. A missing
    // library and one that is no plugin have two different ones.
    /// <summary>Finds out the reason of a refusal. This takes a new session, because the driver closes one after such failures.</summary>
    internal static async Task<PgHaException> RefusalOfAsync(
        EngineContext context, PgInstance instance, string plugin, PgHaException e, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, instance, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            bool isDenied = e.SqlState() == PostgresErrorCodes.InsufficientPrivilege;
            if (isDenied && !await session.ScalarAsync<bool>(
                "select rolsuper or rolreplication from pg_roles where rolname = current_user", cancellationToken).ConfigureAwait(false))
            {
                return SlotErrors.NoPrivilege(instance, e);
            }

            IReadOnlyList<string>? installed = await ListAsync(session, cancellationToken).ConfigureAwait(false);
            if (installed?.Contains(plugin) ?? isDenied)
                return isDenied ? DecodingErrors.PluginNotAllowed(instance, plugin, e) : e;
            return DecodingErrors.PluginNotFound(instance, plugin, installed, e);
        }
    }
}
