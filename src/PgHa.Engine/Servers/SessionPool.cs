using System.Collections.Concurrent;
using Npgsql;

namespace PgHa.Engine.Servers;

/// <summary>The connections of one command call. The connection of a closed session is kept for the next one on that server.</summary>
/// <remarks>
/// A new connection takes a server much longer than a query, and an operation asks each server often. When a session gets a kept
/// connection, the settings of the last one are undone
/// (<see href="https://www.postgresql.org/docs/current/sql-discard.html">DISCARD ALL</see>). Temporary slots and the set-up for a
/// replication origin end only with their connection, so such a session has a connection of its own
/// (<see cref="EngineContext.ForOwnConnection"/>). Two calls share nothing.
/// </remarks>
public sealed class SessionPool : IDisposable
{
    private readonly ConcurrentDictionary<string, (NpgsqlDataSource Source, int Port)> _servers = new();
    // A quick check, because a command calls Release before each object that it emits, perhaps a million times.
    private volatile bool _keepsAny;

    /// <summary>
    /// Closes the idle connections. A smart stop waits for every client, and the next command of a script may be such a stop.
    /// </summary>
    public void Release()
    {
        if (!_keepsAny)
            return;
        _keepsAny = false;
        foreach ((NpgsqlDataSource source, _) in _servers.Values)
            source.Clear();
    }

    /// <summary>
    /// Closes the idle connections to a port, on whichever host: an operation that stops one server goes on with the connections to the
    /// others.
    /// </summary>
    internal void ReleasePort(int port)
    {
        foreach ((NpgsqlDataSource source, _) in _servers.Values.Where(server => server.Port == port))
            source.Clear();
    }

    /// <summary>Closes all connections. Those in use are closed when their sessions end.</summary>
    public void Dispose()
    {
        foreach ((NpgsqlDataSource source, _) in _servers.Values)
            source.Dispose();
    }

    /// <summary>Closes a session, whose connection is kept.</summary>
    internal async ValueTask TakeBackAsync(NpgsqlConnection connection)
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        _keepsAny = true;
    }

    /// <summary>
    /// The connections with these settings. How long connecting may take makes no difference: a discovery waits less than the operation
    /// after it, which goes on with the same connections.
    /// </summary>
    internal NpgsqlDataSource Of(string connectionString, Func<string, NpgsqlDataSource> create)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        int port = settings.Port;
        settings.Remove(nameof(settings.Timeout));
        return _servers.GetOrAdd(settings.ConnectionString, _ => (create(connectionString), port)).Source;
    }
}
