using Npgsql;

namespace PgHa.Engine.Servers;

/// <summary>Connects also where a login event trigger fails or takes too long. One that writes fails on every hot standby.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/event-trigger-database-login-example.html">Database Login Event Trigger</see>.
/// </remarks>
internal static class LoginTriggers
{
    // The SQLSTATE classes of errors before any trigger runs: access, database, and whether the server accepts connections.
    private static readonly string[] NoTriggers = ["08", "28", "3D", "53", "57P"];

    private const string Setting = "event_triggers";

    /// <summary>Opens a connection. If a trigger may have made it fail, tries again without event triggers.</summary>
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
                refused.SqlState == PostgresErrorCodes.InsufficientPrivilege
                    && refused.MessageText.Contains(Setting, StringComparison.Ordinal))
            {
                throw new LoginTriggerException(e);
            }
            catch (NpgsqlException)
            {
                // PostgreSQL 16 and older has no such setting, and a server that does not answer fails again. So the first error counts.
            }

            throw;
        }
    }

    // With a slow trigger the driver times out while it reads the answer; with an unreachable server, while it connects.
    private static bool MayBeTriggers(NpgsqlException e) => e is PostgresException said
        ? !Array.Exists(NoTriggers, state => said.SqlState.StartsWith(state, StringComparison.Ordinal))
        : e.InnerException is TimeoutException late && late.Message.Contains("reading", StringComparison.Ordinal);
}

/// <summary>Connecting failed, perhaps because of a login event trigger, and the role may not turn event triggers off.</summary>
internal sealed class LoginTriggerException(NpgsqlException first) : Exception(first.Message, first);
