namespace PgHa;

/// <summary>Whether a replication slot can be moved to a position.</summary>
/// <remarks>
/// A slot only moves forward, because WAL that it no longer keeps may be gone. A server silently moves a slot no farther
/// than its own position, so a position beyond that is refused here. See <c>pg_replication_slot_advance</c> in
/// <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION">Replication Management
/// Functions</see>.
/// </remarks>
public static class SlotMove
{
    /// <summary>The position that the slot moves to; its own position if there is nothing to do.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="from">Its position.</param>
    /// <param name="asked">The position to move to; the server's by default.</param>
    /// <param name="current">The server's position: flushed on a primary, replayed on a standby.</param>
    /// <exception cref="PgHaException">
    /// <c>SlotCannotGoBack</c>: the slot is farther already; <c>LsnNotReached</c>: the server is not that far itself.
    /// </exception>
    public static Lsn Target(ReplicationSlot slot, Lsn from, Lsn? asked, Lsn current)
    {
        if (asked is not { } target)
            return current > from ? current : from;
        if (target < from)
        {
            throw new PgHaException(
                ErrorIds.SlotCannotGoBack, PgHaErrorKind.InvalidArgument,
                $"Slot {slot} is at {from} already and cannot go back to {target}: what is before may be gone.",
                "A slot that starts earlier is not to be had. Give a later position, or -ToCurrent.",
                slot.Server.ToString());
        }

        return target <= current
            ? target
            : throw new PgHaException(
                ErrorIds.LsnNotReached, PgHaErrorKind.InvalidArgument,
                $"{slot.Server} is at {current} itself, so its slot '{slot.Name}' cannot be moved to {target}.",
                "Give a position that the server has reached, or -ToCurrent.",
                slot.Server.ToString());
    }
}
