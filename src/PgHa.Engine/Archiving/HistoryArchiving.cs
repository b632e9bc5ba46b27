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
        var deadline = Deadline.In(context.Timeout);
        ServerSession session = await ServerSession.OpenAsync(context, primary, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await Poll.UntilAsync(
                () => session.ScalarAsync<bool>(
                    $"select not exists (select from pg_ls_dir('{session.Dialect.WalDirectory}/archive_status') "
                        + "as waiting where waiting like '%.history.ready')",
                    cancellationToken),
                Look, deadline,
                () => new PgHaException(
                    ErrorIds.HistoryNotArchived, PgHaErrorKind.Timeout,
                    $"{primary} is the primary, and has not archived the history of its timeline after {deadline}.",
                    "See why its archiving fails (Get-PgArchiveStatus): without that file nothing can be recovered across the change.",
                    primary.ToString()),
                cancellationToken).ConfigureAwait(false);
        }
    }
}
