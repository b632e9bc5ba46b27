namespace PgHa;

/// <summary>What pg_auto_failover does about changes behind its back, as seen with 2.0 and 2.2.</summary>
/// <remarks>See <see href="https://pg-auto-failover.readthedocs.io/en/main/ref/manual.html">its manual</see>.</remarks>
internal static class PgAutoFailoverConflicts
{
    public static ManagerConflict? Of(ManagedOperation operation) => operation switch
    {
        ManagedOperation.Switchover => new(
            "the monitor does not notice, and makes the new primary a standby of the old one at its next restart: nobody is primary",
            "Run pg_autoctl perform switchover (or pg_autoctl perform promotion on the machine of the candidate)"),
        ManagedOperation.Failover => new(
            "the monitor decides too, perhaps for another standby, and pg_autoctl starts the old primary again",
            "Run pg_autoctl perform failover; pg_autoctl show state says what the monitor knows"),
        ManagedOperation.Promotion => new(
            "the monitor does not notice, and pg_autoctl makes the server a standby again after its next restart",
            "Run pg_autoctl perform promotion; for a primary of its own, run pg_autoctl drop node first"),
        ManagedOperation.Start => new(
            "pg_autoctl starts the server itself, and refuses one that it has not started", "Run pg_autoctl run, or start its service"),
        ManagedOperation.Stop => new(
            "pg_autoctl starts the server again at once",
            "Run pg_autoctl stop, or pg_autoctl enable maintenance (with --allow-failover on the primary)"),
        ManagedOperation.Restart => new(
            "pg_autoctl starts the server at the same time", "Run pg_autoctl enable maintenance, then pg_autoctl disable maintenance"),
        ManagedOperation.RollingRestart => new(
            "pg_autoctl starts the servers at the same time",
            "Run pg_autoctl enable maintenance and pg_autoctl disable maintenance on one machine after the other"),
        ManagedOperation.Maintenance => new(
            "pg_autoctl starts the server again at once",
            "Run pg_autoctl enable maintenance, and pg_autoctl disable maintenance afterwards"),
        ManagedOperation.Repair => new(
            "pg_autoctl rewinds or clones the server itself, at the same time",
            "Start pg_autoctl on this machine and wait (pg_autoctl show state), or run pg_autoctl drop node, then pg_autoctl create "
                + "postgres"),
        ManagedOperation.Clone => new(
            "the monitor does not know the clone: it is no candidate, and does not follow when the primary changes",
            "To have a node made, run pg_autoctl create postgres on the clone's machine"),
        ManagedOperation.UpstreamChange => new(
            "pg_autoctl writes the upstream into postgresql-auto-failover-standby.conf itself",
            "Leave the upstream to the monitor: all its standbys follow the primary"),
        ManagedOperation.SynchronousStandbys => new(
            "the monitor keeps synchronous_standby_names up to date, and overwrites the value at the next change of state",
            "Run pg_autoctl set formation number-sync-standbys NUMBER, or pg_autoctl set node replication-quorum"),
        ManagedOperation.Remove => new(
            "pg_autoctl makes the directory again, and the monitor goes on counting the node",
            "Run pg_autoctl drop node --destroy"),
        // pg_autoctl minds its own files and its own slots only: ALTER SYSTEM and rules in pg_hba.conf stay.
        _ => null,
    };
}
