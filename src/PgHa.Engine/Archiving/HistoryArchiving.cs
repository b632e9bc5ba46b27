using System.Diagnostics;
using System.Globalization;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Archiving;

/// <summary>
/// Waits until the history of a new timeline is archived. Without it no server can recover past the change of the primary.
/// </summary>
internal static class HistoryArchiving
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Returns when a primary has no history left to archive.</summary>
    /// <exception cref="PgHaException"><c>HistoryNotArchived</c>: a history was still waiting at the deadline.</exception>
    public static async Task WaitAsync(EngineContext context, PgInstance primary, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        ServerSession session = await ServerSession.OpenAsync(context, primary, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            while (await session.ScalarAsync<bool>(
                $"select exists (select from pg_ls_dir('{session.Dialect.WalDirectory}/archive_status') "
                    + "as waiting where waiting like '%.history.ready')",
                cancellationToken).ConfigureAwait(false))
            {
                if (Stopwatch.GetElapsedTime(started) > context.Timeout)
                {
                    throw new PgHaException(
                        ErrorIds.HistoryNotArchived, PgHaErrorKind.Timeout,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{primary} is the primary, and has not archived the history of its timeline "
                                + $"after {context.Timeout.TotalSeconds:0.#} s."),
                        "See why its archiving fails (Get-PgArchiveStatus): without that file nothing can be recovered across the change.",
                        primary.ToString());
                }

                await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
