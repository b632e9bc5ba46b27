using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>Makes a server keep its WAL from the last checkpoint on, by a temporary slot, for standbys without a slot there.</summary>
/// <remarks>
/// A promotion ends with a checkpoint, which may remove WAL that a standby still needs. The slot ends with its connection: when this
/// object is disposed of, when PgHa ends, and at the latest after some time, so that it never fills a disk.
/// </remarks>
internal sealed class WalReservation : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _released = new();
    private readonly Task _ended;

    private WalReservation(ServerSession session) => _ended = EndAsync(session);

    /// <summary>
    /// Makes a reservation; <see langword="null"/> if the server has no temporary slots or no free slot. Then no WAL is reserved.
    /// </summary>
    public static async Task<WalReservation?> TryTakeAsync(EngineContext context, PgInstance server, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context.ForOwnConnection(), server, cancellationToken).ConfigureAwait(false);
        try
        {
            if (session.Dialect.HasTemporarySlots)
            {
                await session.ExecuteAsync(
                    "select pg_create_physical_replication_slot('pgha_keep_' || pg_backend_pid(), true, true)",
                    cancellationToken).ConfigureAwait(false);
                return new WalReservation(session);
            }
        }
        catch (PgHaException e)
        {
            context.Log.Detail($"{server} keeps no WAL for those without a slot: {e.Message}");
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await session.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>Lets the server remove the WAL.</summary>
    public async ValueTask DisposeAsync()
    {
        await _released.CancelAsync().ConfigureAwait(false);
        await _ended.ConfigureAwait(false);
        _released.Dispose();
    }

    private async Task EndAsync(ServerSession session)
    {
        await using (session.ConfigureAwait(false))
            await Task.Delay(Longest, _released.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
