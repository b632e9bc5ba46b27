namespace PgHa;

/// <summary>What CloudNativePG does about changes behind its back, by its documentation.</summary>
internal static class CloudNativePgConflicts
{
    public static ManagerConflict? Of(ManagedOperation operation) => operation switch
    {
        ManagedOperation.Switchover or ManagedOperation.Failover or ManagedOperation.Promotion => new(
            "the operator decides who is the primary, and shuts down a primary that it has not chosen",
            "Run kubectl cnpg promote CLUSTER INSTANCE"),
        ManagedOperation.Restart or ManagedOperation.RollingRestart => new(
            "the instance manager takes the stop for a failure of the pod", "Run kubectl cnpg restart CLUSTER (with an INSTANCE for one)"),
        ManagedOperation.Start or ManagedOperation.Stop or ManagedOperation.Maintenance => new(
            "the instance manager takes the stop for a failure of the pod",
            "Run kubectl cnpg hibernate on CLUSTER, or kubectl cnpg fencing on CLUSTER INSTANCE"),
        ManagedOperation.Repair or ManagedOperation.Remove => new(
            "the operator makes the instance anew", "Run kubectl cnpg destroy CLUSTER INSTANCE: the operator clones a new one"),
        ManagedOperation.Hba => new(
            "the instance manager writes pg_hba.conf anew", "Give the rules under spec.postgresql.pg_hba of the Cluster"),
        ManagedOperation.Slots => new(
            "the operator drops slots on the standbys that it does not know", "See spec.replicationSlots of the Cluster"),
        ManagedOperation.SynchronousStandbys => new(
            "the instance manager writes synchronous_standby_names itself", "Set spec.postgresql.synchronous of the Cluster"),
        ManagedOperation.Archiving => new(
            "the instance manager sets archive_command itself", "Set up a backup plugin under spec.plugins of the Cluster"),
        ManagedOperation.Clone => new(
            "the operator does not know the clone, which does not follow when the primary changes",
            "Raise spec.instances of the Cluster, or make a replica cluster (spec.replica)"),
        ManagedOperation.UpstreamChange => new(
            "the instance manager writes the upstream itself", "Leave the upstream to the operator: all its standbys follow the primary"),
        _ => new(
            "the instance manager writes the settings anew, and ALTER SYSTEM is off unless the Cluster allows it",
            "Set spec.postgresql.parameters of the Cluster"),
    };
}
