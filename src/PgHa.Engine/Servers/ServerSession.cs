using System.Data;
using System.Net.Sockets;
using Npgsql;

namespace PgHa.Engine.Servers;

/// <summary>One SQL connection to one server, for the length of one operation.</summary>
/// <remarks>
/// Nothing is shared between runspaces, and no password outlives the call (<see cref="SessionPool"/>). The driver does not load
/// types from the catalog, which would take most of the time of the first connection. So queries return only built-in types, and
/// cast anything else to text.
/// </remarks>
public sealed class ServerSession : IAsyncDisposable
{
    private readonly EngineContext _context;
    private readonly NpgsqlConnection _connection;
    // The data source of this connection only; null if a pool owns it.
    private readonly NpgsqlDataSource? _dataSource;

    private ServerSession(EngineContext context, PgInstance instance, NpgsqlConnection connection, NpgsqlDataSource? dataSource)
    {
        _context = context;
        _dataSource = dataSource;
        _connection = connection;
        Instance = instance;
        Dialect = ServerDialect.For(ServerVersion.FromParts(connection.PostgreSqlVersion));
    }

    /// <summary>The server at the other end.</summary>
    public PgInstance Instance { get; }

    /// <summary>Log and deadlines.</summary>
    internal EngineContext Context => _context;

    /// <summary>The names and features of this server's version.</summary>
    public ServerDialect Dialect { get; }

    /// <summary>Connects, and makes sure that the server that answers is the one of the instance's data directory.</summary>
    /// <param name="context">Log and deadlines.</param>
    /// <param name="instance">The server.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <param name="database">Another database than the instance's.</param>
    /// <exception cref="PgHaException">
    /// <c>ServerUnreachable</c>, <c>ConnectionTimeout</c>, <c>WrongPassword</c>, <c>AccessDenied</c>, <c>ServerAnswersNoSql</c> (starting
    /// up, or a standby with <c>hot_standby=off</c>), <c>DatabaseNotFound</c>, <c>TooManyConnections</c>, <c>WrongServer</c>.
    /// </exception>
    public static Task<ServerSession> OpenAsync(
        EngineContext context, PgInstance instance, CancellationToken cancellationToken, string? database = null) =>
        SocketRoute.OpenAsync(
            context, instance, socket => OpenByAsync(context, instance, database, socket, cancellationToken), cancellationToken);

    private static async Task<ServerSession> OpenByAsync(
        EngineContext context, PgInstance instance, string? database, string? socket, CancellationToken cancellationToken)
    {
        try
        {
            return await LoginTriggers.OpenAsync(options => ConnectAsync(
                context, instance, DriverSettings.ConnectionString(instance, context, database, options, socket),
                cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception e) when (SessionErrors.OfConnecting(instance, e) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Runs a statement and ignores its rows. Returns the number of rows that it changed, or -1.</summary>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params IReadOnlyList<object?> arguments)
    {
        using NpgsqlCommand command = Prepare(sql, arguments);
        return await Guarded(() => command.ExecuteNonQueryAsync(cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>The first column of the first row; the type's default if there is no row or it is NULL.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellationToken, params IReadOnlyList<object?> arguments)
    {
        using NpgsqlCommand command = Prepare(sql, arguments);
        object? value = await Guarded(() => command.ExecuteScalarAsync(cancellationToken)).ConfigureAwait(false);
        return value is null or DBNull ? default : (T)value;
    }

    /// <summary>All rows, each turned into a value.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(
        string sql, Func<Row, T> read, CancellationToken cancellationToken, params IReadOnlyList<object?> arguments)
    {
        using NpgsqlCommand command = Prepare(sql, arguments);
        return await Guarded(async () =>
        {
            NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                List<T> rows = [];
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    rows.Add(read(new Row(reader)));
                return rows;
            }
        }).ConfigureAwait(false);
    }

    /// <summary>Passes on each row as it arrives, and keeps none. The next is read when <paramref name="use"/> has ended.</summary>
    public async Task ForEachAsync(
        string sql, Func<Row, ValueTask> use, CancellationToken cancellationToken, params IReadOnlyList<object?> arguments)
    {
        using NpgsqlCommand command = Prepare(sql, arguments);
        await Guarded(async () =>
        {
            NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                try
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        // The driver returns rows that have arrived already even after a cancellation.
                        cancellationToken.ThrowIfCancellationRequested();
                        await use(new Row(reader)).ConfigureAwait(false);
                    }
                }
                catch
                {
                    // Closing a reader would read all remaining rows, perhaps a million, unless the server is told to stop.
                    command.Cancel();
                    throw;
                }
            }

            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>Runs several queries in one round trip. The rows of each query go to the reader at the same index.</summary>
    public async Task QueryAllAsync(
        IReadOnlyList<(string Sql, Action<Row> Read)> queries, CancellationToken cancellationToken)
    {
        using NpgsqlCommand command = Prepare(string.Join(";\n", queries.Select(query => query.Sql)), []);
        await Guarded(async () =>
        {
            NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                foreach ((_, Action<Row> read) in queries)
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                        read(new Row(reader));
                    await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                }

                return true;
            }
        }).ConfigureAwait(false);
    }

    /// <summary>Closes the connection, or gives it back to the context's pool.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_dataSource is null)
        {
            await _context.Sessions!.TakeBackAsync(_connection).ConfigureAwait(false);
            return;
        }

        await _connection.DisposeAsync().ConfigureAwait(false);
        await _dataSource.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<ServerSession> ConnectAsync(
        EngineContext context, PgInstance instance, string connectionString, CancellationToken cancellationToken)
    {
        if (context.Sessions is not { } pool)
            return await ConnectAsync(context, instance, Source(connectionString), isOwn: true, cancellationToken).ConfigureAwait(false);

        NpgsqlDataSource kept = pool.Of(connectionString, Source);
        try
        {
            return await ConnectAsync(context, instance, kept, isOwn: false, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException e) when (IsOfEndedConnection(e))
        {
            // The server was stopped or restarted after the connection was kept, so a new connection decides.
            kept.Clear();
            return await ConnectAsync(context, instance, kept, isOwn: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsOfEndedConnection(NpgsqlException e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown }
        or { InnerException: IOException or SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown } };

    private static NpgsqlDataSource Source(string connectionString)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }

    private static async Task<ServerSession> ConnectAsync(
        EngineContext context, PgInstance instance, NpgsqlDataSource source, bool isOwn, CancellationToken cancellationToken)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await Opening.AwaitAsync(
                source.OpenConnectionAsync(cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
            var session = new ServerSession(context, instance, connection, isOwn ? source : null);
            context.WarnOfUnknownMajor(instance, session.Dialect.Version);
            await session.PrepareAsync(cancellationToken).ConfigureAwait(false);
            await session.VerifyDataDirectoryAsync(cancellationToken).ConfigureAwait(false);
            await session.VerifyRoleAsync(cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            if (!isOwn && connection is not null)
                await context.Sessions!.TakeBackAsync(connection).ConfigureAwait(false);
            else if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
            if (isOwn)
                await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // A batch of its own, because its settings apply only to later transactions. It has the timeout of connecting, so that a kept
    // connection to a server that no longer answers fails as fast as a new one.
    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        using NpgsqlCommand command = new(SessionNeeds.Statements(Dialect), _connection);
        // With connect_timeout=0 connecting has no timeout. Then this batch keeps the timeout of statements.
        if (_connection.ConnectionTimeout > 0)
            command.CommandTimeout = _connection.ConnectionTimeout;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    // Another server may use the port by now. Changing its settings, or reading its positions, would be a disaster.
    private async Task VerifyDataDirectoryAsync(CancellationToken cancellationToken)
    {
        if (Instance.DataDirectory is null)
            return;

        // Only superusers and members of pg_read_all_settings see data_directory; other roles cannot change much either. A SHOW that
        // fails would write an error into the server's log at each connection. pg_settings would make a row for every setting first.
        string? actual = await ScalarAsync<string>(
            """
            select current_setting('data_directory')
            where exists (select from pg_roles where rolname = current_user and rolsuper)
               or exists (select from pg_roles where rolname = 'pg_read_all_settings' and pg_has_role(oid, 'usage'))
            """,
            cancellationToken).ConfigureAwait(false);
        if (actual is not null)
            await DataDirectoryPath.EnsureOfAsync(_context, Instance, actual, cancellationToken).ConfigureAwait(false);
    }

    // Checks target_session_attrs as libpq does with a single host. 'any' and 'prefer-standby' accept every server.
    private async Task VerifyRoleAsync(CancellationToken cancellationToken)
    {
        string? wanted = ConnectionSettings.Parse(Instance.Options ?? "")["target_session_attrs"];
        if (wanted is not ("primary" or "read-write" or "standby" or "read-only"))
            return;
        bool isStandby = await ScalarAsync<bool>("select pg_is_in_recovery()", cancellationToken).ConfigureAwait(false);
        if (isStandby != (wanted is "standby" or "read-only"))
        {
            throw new PgHaException(
                isStandby ? ErrorIds.ServerIsStandby : ErrorIds.ServerIsPrimary, PgHaErrorKind.InvalidState,
                $"{Instance} is a {(isStandby ? "standby" : "primary")}, and the connection asks for target_session_attrs={wanted}.",
                "Name another server, or leave target_session_attrs out.", Instance.ToString());
        }
    }

    private NpgsqlCommand Prepare(string sql, IReadOnlyList<object?> arguments)
    {
        if (_connection.State != ConnectionState.Open)
            throw SessionErrors.Lost(Instance);
        _context.Log.Detail($"{Instance}: {ShownSql.Of(sql)}");
        var command = new NpgsqlCommand(sql, _connection);
        foreach (object? argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument ?? DBNull.Value });
        return command;
    }

    private async Task<T> Guarded<T>(Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception e) when (SessionErrors.OfRunning(Instance, e) is { } failure)
        {
            throw failure;
        }
    }
}
