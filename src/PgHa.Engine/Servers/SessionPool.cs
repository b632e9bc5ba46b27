using System.Collections.Concurrent;
using Npgsql;

namespace PgHa.Engine.Servers;

/// <summary>The connections of one call of a command: that of a closed session is kept for the next session on the same server.</summary>
/// <remarks>
/// A new connection costs a server many times what a query does, and an operation asks each server often. What a session set is undone
/// when the next one takes its connection over (<see href="https://www.postgresql.org/docs/current/sql-discard.html">DISCARD ALL</see>).
/// Temporary slots, and what a session set up for a replication origin, end with their connection alone: such a session takes one of its
/// own (<see cref="EngineContext.ForOwnConnection"/>). Two calls share nothing.
/// </remarks>
public sealed class SessionPool : IDisposable
{
    private readonly ConcurrentDictionary<string, NpgsqlDataSource> _servers = new();
    // A command that emits a million objects releases what it keeps before each of them.
    private volatile bool _keepsAny;

    /// <summary>Closes the connections that no session uses: a smart stop waits for every client, and a script's next command is one.</summary>
    public void Release()
    {
        if (!_keepsAny)
            return;
        _keepsAny = false;
        foreach (NpgsqlDataSource server in _servers.Values)
            server.Clear();
    }

    /// <summary>Closes all connections; those in use when their sessions end.</summary>
    public void Dispose()
    {
        foreach (NpgsqlDataSource server in _servers.Values)
            server.Dispose();
    }

    /// <summary>Closes a session, whose connection is kept.</summary>
    internal async ValueTask TakeBackAsync(NpgsqlConnection connection)
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        _keepsAny = true;
    }

    internal NpgsqlDataSource Of(string connectionString, Func<string, NpgsqlDataSource> create) => _servers.GetOrAdd(connectionString, create);
}
