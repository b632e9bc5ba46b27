namespace PgHa;

/// <summary>What Stolon does about changes behind its back, by its documentation.</summary>
internal static class StolonConflicts
{
    public static ManagerConflict? Of(ManagedOperation operation) => operation switch
    {
        ManagedOperation.Switchover or ManagedOperation.Failover or ManagedOperation.Promotion => new(
            "the sentinel decides who is the primary, and the keepers make the others standbys again",
            "Run stolonctl failkeeper KEEPER for the keeper of the old primary"),
        ManagedOperation.Start or ManagedOperation.Stop or ManagedOperation.Restart or ManagedOperation.RollingRestart
            or ManagedOperation.Maintenance => new(
                "the keeper starts and stops the server itself", "Start, stop or restart stolon-keeper on this machine"),
        ManagedOperation.Repair or ManagedOperation.Remove => new(
            "the keeper rewinds or clones the server itself", "Run stolonctl removekeeper KEEPER, and start the keeper anew"),
        ManagedOperation.Clone => new(
            "Stolon does not know the clone: the keeper drops a slot that is made for it", "To have Stolon make a standby, start one more "
                + "stolon-keeper"),
        ManagedOperation.UpstreamChange => new(
            "the keeper takes the upstream back", "Leave the upstream to Stolon: all its standbys follow the primary"),
        ManagedOperation.SynchronousStandbys => new(
            "the keeper writes synchronous_standby_names itself",
            "Run stolonctl update --patch '{\"synchronousReplication\": true}'"),
        ManagedOperation.Slots => new(
            "the keeper drops slots that it does not know",
            "Name the slot under additionalMasterReplicationSlots with stolonctl update --patch"),
        ManagedOperation.Hba => new(
            "the keeper writes pg_hba.conf anew", "Give the rules as pgHBA with stolonctl update --patch"),
        _ => new(
            "the keeper writes postgresql.conf anew, and a value in postgresql.auto.conf overrules it on this server only",
            "Give the values as pgParameters with stolonctl update --patch"),
    };
}
