using Npgsql;

namespace PgHa.Engine.Servers;

/// <summary>Connects also where a login event trigger fails, as one that writes does on every hot standby.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/event-trigger-database-login-example.html">Database Login Event Trigger</see>.</remarks>
internal static class LoginTriggers
{
    // What a server says before any trigger runs: who may connect, to which database, and whether it can take connections at all.
    private static readonly string[] NoTriggers = ["08", "28", "3D", "53", "57"];

    /// <summary>Opens a connection; where that fails as a trigger would have it, once more without event triggers.</summary>
    /// <param name="open">Opens it, with further start-up options.</param>
    /// <exception cref="PostgresException">The first failure, where the second attempt fails too.</exception>
    public static async Task<T> OpenAsync<T>(Func<string?, Task<T>> open)
    {
        try
        {
            return await open(null).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!NoTriggers.Contains(e.SqlState[..2]))
        {
            try
            {
                return await open(SessionNeeds.NoEventTriggers).ConfigureAwait(false);
            }
            catch (PostgresException)
            {
                // Only a superuser of PostgreSQL 17 or newer may go without: the trigger's own failure says more.
            }

            throw;
        }
    }
}
