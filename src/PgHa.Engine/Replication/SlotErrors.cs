using Npgsql;
using PgHa.Engine.Servers;

namespace PgHa.Engine.Replication;

/// <summary>What can be wrong with a replication slot, and what to do about it.</summary>
internal static class SlotErrors
{
    public static PgHaException Ended(ReplicationSlotSession session) => new(
        ErrorIds.SlotNotFound, PgHaErrorKind.NotFound, $"The temporary slot {session} has ended.",
        "It ends with its session, and with the first statement of it that fails or is cancelled, "
            + "such as a reading that the pipeline ends early. Make another one.",
        session.Server.ToString());

    public static PgHaException NotFound(PgInstance instance, string name) => new(
        ErrorIds.SlotNotFound, PgHaErrorKind.NotFound, $"There is no replication slot '{name}' on {instance}.",
        "List the slots with Get-PgReplicationSlot.", instance.ToString());

    public static PgHaException Active(ReplicationSlot slot) => new(
        ErrorIds.SlotIsActive, PgHaErrorKind.Refused,
        $"Slot {slot} is in use by process {slot.ActiveProcessId}.",
        slot.IsTemporary
            ? "It is temporary, and goes with the session of that process; -Force ends the session."
            : slot.Type == ReplicationSlotType.Logical
                ? "Stop its consumer first (ALTER SUBSCRIPTION … DISABLE); "
                    + "-Force ends that process and removes the slot, "
                    + "after which the consumer needs a new slot and a new copy of its tables."
                : "Stop its standby or give it another slot first; "
                    + "-Force ends that process and removes the slot, after which the standby cannot stream through it.",
        slot.Server.ToString());

    /// <summary>A copy of the primary's slot, which only synchronization changes and removes.</summary>
    public static PgHaException Synced(ReplicationSlot slot, string what) => new(
        ErrorIds.SlotIsSynchronized, PgHaErrorKind.Refused,
        $"Slot {slot} is a copy of the primary's slot of that name, and the server lets nobody {what} a copy, "
            + "not even while sync_replication_slots is off.",
        "Use the primary's slot. Once that is removed, synchronization removes the copy, "
            + "if it is on (Set-PgRecoveryConf -SyncReplicationSlots); a promotion makes the copy an ordinary slot.",
        slot.Server.ToString());

    public static PgHaException StillActive(ReplicationSlot slot) => new(
        ErrorIds.OperationTimeout, PgHaErrorKind.Timeout,
        $"Slot {slot} is still in use: each time its process is ended, another one takes it.",
        "Stop the standby or the decoder that uses it.",
        slot.Server.ToString());

    public static PgHaException Logical(ReplicationSlot slot) => new(
        ErrorIds.SlotIsLogical, PgHaErrorKind.AlreadyExists,
        $"Slot {slot} is there already, and logical: no standby can stream through it.",
        "Choose another name.",
        slot.Server.ToString());

    public static PgHaException Lost(ReplicationSlot slot) => new(
        ErrorIds.SlotIsLost, PgHaErrorKind.AlreadyExists,
        $"Slot {slot} is there already, and lost: WAL that it should have kept is gone.",
        "Remove it with Remove-PgReplicationSlot, and bring its standby back from the archive or by a new clone.",
        slot.Server.ToString());

    public static PgHaException NoFreeSlot(PgInstance instance, Exception inner) => new(
        ErrorIds.NoFreeSlot, PgHaErrorKind.InvalidState,
        $"All replication slots of {instance} are in use.",
        "Remove one that nobody needs (Get-PgReplicationSlot), or raise max_replication_slots and restart the server.",
        instance.ToString(), inner);

    public static PgHaException NotEnabled(PgInstance instance) => new(
        ErrorIds.SlotsNotEnabled, PgHaErrorKind.InvalidState,
        $"{instance} has max_replication_slots = 0, so it can have no replication slot.",
        "Set-PgSetting @{ max_replication_slots = 10 }, then restart the server.",
        instance.ToString());

    public static PgHaException WalLevelTooLow(PgInstance instance, string level, string needed) => new(
        ErrorIds.WalLevelTooLow, PgHaErrorKind.InvalidState,
        $"{instance} has wal_level = {level}, which writes too little WAL for "
            + $"{(needed == "logical" ? "logical decoding" : "replication")}.",
        $"Set-PgSetting @{{ wal_level = '{needed}' }}, then restart the server.",
        instance.ToString());

    public static PgHaException NoPrivilege(PgInstance instance, Exception inner) => new(
        ErrorIds.InsufficientPrivilege, PgHaErrorKind.PermissionDenied,
        $"{instance} does not let role '{instance.UserName}' use replication slots.",
        $"Give the role the attribute (ALTER ROLE \"{instance.UserName}\" REPLICATION), "
            + "or connect as a role that has it or as a superuser, with -Credential.",
        instance.ToString(), inner);

    public static PgHaException InUse(ReplicationSlot slot, Exception? inner = null) => new(
        ErrorIds.SlotIsActive, PgHaErrorKind.InvalidState,
        $"Slot {slot} is in use by {(slot.ActiveProcessId is { } id ? $"process {id}" : "another process")}, "
            + "and only one can use it at a time.",
        "Stop that consumer first.",
        slot.Server.ToString(), inner);

    public static PgHaException Taken(ReplicationSlot slot) => new(
        ErrorIds.SlotAlreadyExists, PgHaErrorKind.AlreadyExists,
        $"Slot {slot} is there already.",
        "Choose another name, or remove it with Remove-PgReplicationSlot.",
        slot.Server.ToString());

    public static PgHaException NotReserving(ReplicationSlot slot) => new(
        ErrorIds.SlotReservesNoWal, PgHaErrorKind.InvalidState,
        $"Slot {slot} has no position yet: no standby has used it.",
        "Connect its standby once, or make the slot anew with New-PgReplicationSlot -ReserveWal.",
        slot.Server.ToString());

    public static PgHaException NotLogical(ReplicationSlot slot) => new(
        ErrorIds.SlotIsPhysical, PgHaErrorKind.InvalidArgument,
        $"Slot {slot} is physical: it keeps WAL for a standby and decodes nothing.",
        "Make a logical one with New-PgReplicationSlot -Logical.",
        slot.Server.ToString());

    public static PgHaException LostForReading(ReplicationSlot slot, Exception? inner = null) => new(
        ErrorIds.SlotIsLost, PgHaErrorKind.InvalidState,
        $"Slot {slot} is lost{(slot.InvalidationReason is { } reason ? $" ({reason})" : "")}: what it should have kept is gone.",
        "Remove it with Remove-PgReplicationSlot, make a new one, and let its consumer start from a new copy of the data.",
        slot.Server.ToString(), inner);

    public static PgHaException NeedsMajor(PgInstance instance, ServerVersion version, string what, int major) => new(
        ErrorIds.VersionNotSupported, PgHaErrorKind.NotSupported,
        $"{instance} is of PostgreSQL {version}; {what} takes {major} or newer.",
        "Upgrade the server, or do without.",
        instance.ToString());

    /// <exception cref="PgHaException"><c>VersionNotSupported</c>: the server has no temporary slots.</exception>
    public static void RequireTemporarySlots(ServerSession session)
    {
        if (!session.Dialect.HasTemporarySlots)
            throw NeedsMajor(session.Instance, session.Dialect.Version, "a slot that ends with its session (-Temporary)", 10);
    }

    public static PgHaException OnStandby(PgInstance instance, string what) => new(
        ErrorIds.ServerIsStandby, PgHaErrorKind.InvalidState,
        $"{instance} is a standby, and {what}.",
        "Use its primary.",
        instance.ToString());

    /// <summary>The failure for a server's error about an existing slot; <see langword="null"/> for any other error.</summary>
    public static PgHaException? OfServer(ReplicationSlot slot, PgHaException e) => e.SqlState() switch
    {
        PostgresErrorCodes.ObjectInUse => InUse(slot, e),
        PostgresErrorCodes.UndefinedObject when e.ServerText().Contains($"\"{slot.Name}\"", StringComparison.Ordinal) =>
            NotFound(slot.Server, slot.Name),
        PostgresErrorCodes.ConfigurationLimitExceeded => NoFreeSlot(slot.Server, e),
        _ => null,
    };
}
