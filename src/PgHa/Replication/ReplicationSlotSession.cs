using System.Diagnostics.CodeAnalysis;

namespace PgHa;

/// <summary>
/// A temporary replication slot and the connection that owns it. The server keeps WAL from when the slot is made until the
/// session is disposed of, or until the script, or the machine it runs on, is gone.
/// </summary>
/// <remarks>
/// No other connection can use the slot, so its changes are read, and it is moved, over this one: the session goes down
/// the pipeline in place of the slot. The server ends a temporary slot also when a statement of its session fails or is
/// cancelled. See
/// <see href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION">Replication Management Functions</see>.
/// </remarks>
[SuppressMessage(
    "Design", "CA1063", Justification = "It holds no unmanaged resource: the connection it closes has a finalizer of its own.")]
public abstract class ReplicationSlotSession : IDisposable
{
    private protected ReplicationSlotSession(ReplicationSlot slot) => Slot = slot;

    /// <summary>The slot as it was made.</summary>
    public ReplicationSlot Slot { get; }

    /// <summary>The server the slot is on.</summary>
    public PgInstance Server => Slot.Server;

    /// <summary>The slot's name.</summary>
    public string Name => Slot.Name;

    /// <summary>The process on the server that owns the slot, and serves the session.</summary>
    public int ProcessId => Slot.ActiveProcessId ?? 0;

    /// <summary>Whether a slot is the session's own, and not a later one of the same name.</summary>
    public bool Owns(ReplicationSlot slot) => slot.IsTemporary && slot.Name == Name && slot.ActiveProcessId == ProcessId;

    /// <summary>Removes the slot and closes the connection. A second call does nothing.</summary>
    [SuppressMessage("Usage", "CA1816", Justification = "No finalizer.")]
    public abstract void Dispose();

    /// <summary><c>copying on node20@127.0.0.1:9420</c>.</summary>
    public override string ToString() => Slot.ToString();
}
