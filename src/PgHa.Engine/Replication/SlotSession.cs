using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>The connection behind a <see cref="ReplicationSlotSession"/>.</summary>
public sealed class SlotSession : ReplicationSlotSession
{
    private readonly ServerSession _session;
    // Lets only one command use the connection at a time. The last one to take it closes the connection.
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _closing = new();

    private SlotSession(ServerSession session, ReplicationSlot slot)
        : base(slot) => _session = session;

    /// <summary>Connects, and makes a temporary physical slot, which keeps WAL from now on.</summary>
    /// <param name="context">Log and deadlines, of every later call too.</param>
    /// <param name="instance">The server, a primary or a standby.</param>
    /// <param name="name">1 to 63 lower-case letters, digits and underscores.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="PgHaException">
    /// <c>SlotAlreadyExists</c>, <c>VersionNotSupported</c> (10), and what <see cref="ReplicationSlots.CreatePhysicalAsync"/> fails with.
    /// </exception>
    public static async Task<ReplicationSlotSession> OpenAsync(
        EngineContext context, PgInstance instance, string name, CancellationToken cancellationToken)
    {
        ReplicationSlotName.Validate(name);
        ServerSession session = await ServerSession.OpenAsync(
            context.ForOwnConnection(), instance, cancellationToken).ConfigureAwait(false);
        return await KeepAsync(
            session, () => ReplicationSlots.CreateTemporaryAsync(context, session, name, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Connects, and makes a temporary logical slot.</summary>
    /// <param name="context">Log and deadlines, of every later call too.</param>
    /// <param name="instance">The server: a primary or, from 16 on, a standby.</param>
    /// <param name="options">The slot.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="PgHaException">
    /// <c>SlotAlreadyExists</c>, <c>VersionNotSupported</c> (10), and what <see cref="LogicalSlots.CreateAsync"/> fails with.
    /// </exception>
    public static async Task<ReplicationSlotSession> OpenAsync(
        EngineContext context, PgInstance instance, LogicalSlotOptions options, CancellationToken cancellationToken)
    {
        ReplicationSlotName.Validate(options.Name);
        ServerSession session = await LogicalSlots.OpenSessionAsync(context, instance, options, cancellationToken).ConfigureAwait(false);
        return await KeepAsync(session, async () =>
        {
            ReplicationSlot slot = await LogicalSlots.MakeAsync(context, session, options, cancellationToken).ConfigureAwait(false);
            await session.ExecuteAsync("set statement_timeout = 0", cancellationToken).ConfigureAwait(false);
            if (await LastLogicalSlot.ConsequenceAsync(session, slot, cancellationToken).ConfigureAwait(false) is { } consequence)
            {
                context.Log.Warn($"The end of the session of slot '{slot.Name}' has a price: {consequence}. "
                    + "Keep another logical slot, or set wal_level = logical and restart the server.");
            }

            return slot;
        }).ConfigureAwait(false);
    }

    /// <summary>
    /// Works with a slot: over the connection that owns a temporary slot, otherwise over a new connection to the slot's database.
    /// </summary>
    internal static async Task<T> UseAsync<T>(
        EngineContext context, ReplicationSlot slot, SlotSession? owner, Func<ServerSession, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken)
    {
        if (owner is not null)
            return await owner.UseAsync(slot, work, cancellationToken).ConfigureAwait(false);
        ServerSession session = await ServerSession.OpenAsync(context, slot.Server, cancellationToken, slot.Database).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
            return await work(session, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _closing.Cancel();
        // Scripts call this on the pipeline thread, perhaps while their own pipeline reads the slot. So it must not wait for that reading.
        Task.Run(CloseAsync).GetAwaiter().GetResult();
    }

    private async Task<T> UseAsync<T>(
        ReplicationSlot slot, Func<ServerSession, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        if (!await _turn.WaitAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false))
            throw _closing.IsCancellationRequested ? SlotErrors.Ended(this) : SlotErrors.InUse(slot);
        try
        {
            return await work(_session, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            throw SlotErrors.Ended(this);
        }
        finally
        {
            _turn.Release();
            if (_closing.IsCancellationRequested)
                await CloseAsync().ConfigureAwait(false);
        }
    }

    private async Task CloseAsync()
    {
        if (!await _turn.WaitAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false))
            return;
        try
        {
            // The server would drop the slot at the end of the connection, but only some time after it is closed here. The slot may have
            // ended before, and a new slot may have its name.
            await _session.ExecuteAsync(
                "select pg_drop_replication_slot(slot_name) from pg_replication_slots "
                    + "where slot_name = $1 and temporary and active_pid = pg_backend_pid()",
                CancellationToken.None, Name).ConfigureAwait(false);
        }
        catch (PgHaException)
        {
            // The connection is broken, so the slot has ended too.
        }
        finally
        {
            await _session.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<ReplicationSlotSession> KeepAsync(ServerSession session, Func<Task<ReplicationSlot>> make)
    {
        try
        {
            return new SlotSession(session, await make().ConfigureAwait(false));
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
