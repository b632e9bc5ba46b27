using Npgsql;

namespace PgHa.Engine.Servers;

/// <summary>Connects also where a login event trigger fails, as one that writes does on every hot standby, or takes too long.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/event-trigger-database-login-example.html">Database Login Event Trigger</see>.</remarks>
internal static class LoginTriggers
{
    // What a server says before any trigger runs: who may connect, to which database, and whether it can take connections at all.
    private static readonly string[] NoTriggers = ["08", "28", "3D", "53", "57P"];

    private const string Setting = "event_triggers";

    /// <summary>Opens a connection; where that fails as a trigger would have it, once more without event triggers.</summary>
    /// <param name="open">Opens it, with further start-up options.</param>
    /// <exception cref="LoginTriggerException">The first attempt failed, and the role may not connect without event triggers.</exception>
    /// <exception cref="NpgsqlException">The first failure, where the second attempt fails in another way.</exception>
    public static async Task<T> OpenAsync<T>(Func<string?, Task<T>> open)
    {
        try
        {
            return await open(null).ConfigureAwait(false);
        }
        catch (NpgsqlException e) when (MayBeTriggers(e))
        {
            try
            {
                return await open(SessionNeeds.NoEventTriggers).ConfigureAwait(false);
            }
            catch (PostgresException refused) when (
                refused.SqlState == PostgresErrorCodes.InsufficientPrivilege && refused.MessageText.Contains(Setting, StringComparison.Ordinal))
            {
                throw new LoginTriggerException(e);
            }
            catch (NpgsqlException)
            {
                // Up to 16 there is no such setting, and who does not answer does not do so the second time.
            }

            throw;
        }
    }

    // A trigger that takes long lets the driver wait for an answer; with a server that cannot be reached it waits for the connection.
    private static bool MayBeTriggers(NpgsqlException e) => e is PostgresException said
        ? !Array.Exists(NoTriggers, state => said.SqlState.StartsWith(state, StringComparison.Ordinal))
        : e.InnerException is TimeoutException late && late.Message.Contains("reading", StringComparison.Ordinal);
}

/// <summary>No connection came about, perhaps because of a login event trigger; the role may not do without them.</summary>
internal sealed class LoginTriggerException(NpgsqlException first) : Exception(first.Message, first);
