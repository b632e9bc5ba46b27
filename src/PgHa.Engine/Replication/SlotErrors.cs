namespace PgHa.Engine.Replication;

/// <summary>What can be wrong with a replication slot, and what to do about it.</summary>
internal static class SlotErrors
{
    public static PgHaException NotFound(PgInstance instance, string name) => new(
        "SlotNotFound", PgHaErrorKind.NotFound, $"There is no replication slot '{name}' on {instance}.",
        "List the slots with Get-PgReplicationSlot.", instance.ToString());

    public static PgHaException Active(ReplicationSlot slot) => new(
        "SlotIsActive", PgHaErrorKind.Refused,
        $"Slot {slot} is in use by process {slot.ActiveProcessId}.",
        "Stop its standby or give it another slot first; -Force ends that process and removes the slot, after which the standby cannot stream through it.",
        slot.Server.ToString());

    public static PgHaException StillActive(ReplicationSlot slot) => new(
        "OperationTimeout", PgHaErrorKind.Timeout,
        $"Slot {slot} is still in use: each time its process is ended, another one takes it.",
        "Stop the standby or the decoder that uses it.",
        slot.Server.ToString());

    public static PgHaException Logical(ReplicationSlot slot) => new(
        "SlotIsLogical", PgHaErrorKind.AlreadyExists,
        $"Slot {slot} is there already, and logical: no standby can stream through it.",
        "Choose another name.",
        slot.Server.ToString());

    public static PgHaException Lost(ReplicationSlot slot) => new(
        "SlotIsLost", PgHaErrorKind.AlreadyExists,
        $"Slot {slot} is there already, and lost: WAL that it should have kept is gone.",
        "Remove it with Remove-PgReplicationSlot, and make a new clone of its standby.",
        slot.Server.ToString());

    public static PgHaException NoFreeSlot(PgInstance instance, Exception inner) => new(
        "NoFreeSlot", PgHaErrorKind.InvalidState,
        $"All replication slots of {instance} are in use.",
        "Remove one that nobody needs (Get-PgReplicationSlot), or raise max_replication_slots and restart the server.",
        instance.ToString(), inner);

    public static PgHaException NotEnabled(PgInstance instance) => new(
        "SlotsNotEnabled", PgHaErrorKind.InvalidState,
        $"{instance} has max_replication_slots = 0, so it can have no replication slot.",
        "Set-PgSetting @{ max_replication_slots = 10 }, then restart the server.",
        instance.ToString());

    public static PgHaException WalLevelTooLow(PgInstance instance) => new(
        "WalLevelTooLow", PgHaErrorKind.InvalidState,
        $"{instance} has wal_level = minimal, which writes too little WAL for replication.",
        "Set-PgSetting @{ wal_level = 'replica' }, then restart the server.",
        instance.ToString());
}
