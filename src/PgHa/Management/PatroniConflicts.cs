namespace PgHa;

/// <summary>What Patroni does about changes behind its back, as seen with Patroni 3.0 and 4.1.</summary>
/// <remarks>See <see href="https://patroni.readthedocs.io/en/latest/patronictl.html">patronictl</see>.</remarks>
internal static class PatroniConflicts
{
    public static ManagerConflict? Of(ManagedOperation operation) => operation switch
    {
        ManagedOperation.Switchover => new(
            "Patroni demotes a primary that does not hold its lock, and afterwards no member is the primary",
            "Run patronictl switchover --candidate MEMBER (patronictl list names the members)"),
        ManagedOperation.Failover => new(
            "Patroni starts the old primary again and demotes the new one: what was committed there is lost",
            "Run patronictl failover --candidate MEMBER (patronictl list names the members)"),
        ManagedOperation.Promotion => new(
            "Patroni rewinds a primary that does not hold its lock: what was committed there is lost",
            "Run patronictl failover --candidate MEMBER; for a primary of its own, stop Patroni on this machine first"),
        ManagedOperation.Start => new(
            "Patroni starts the server itself, with options of its own on the command line",
            "Start Patroni on this machine, or end its pause with patronictl resume"),
        ManagedOperation.Stop => new(
            "Patroni starts the server again, or makes another member the primary",
            "Stop Patroni on this machine, which stops the server; or run patronictl pause --wait before"),
        ManagedOperation.Restart => new(
            "Patroni may take the stop for a crash, and make another member the primary",
            "Run patronictl restart CLUSTER MEMBER (patronictl list names both)"),
        ManagedOperation.RollingRestart => new(
            "Patroni may take a stop for a crash, and make another member the primary",
            "Run patronictl restart CLUSTER (patronictl list names it)"),
        ManagedOperation.Maintenance => new(
            "Patroni starts the server again, or makes another member the primary",
            "Stop Patroni on this machine, or run patronictl pause --wait before, and patronictl resume afterwards"),
        ManagedOperation.Repair => new(
            "Patroni rewinds or clones members itself, and would work on the same directory at the same time",
            "Run patronictl reinit CLUSTER MEMBER (patronictl list names both)"),
        ManagedOperation.Clone => new(
            "Patroni does not know the clone: it drops a slot that is made for it, and does not repoint it when the primary changes",
            "To have Patroni make a member, start Patroni with the scope of the cluster and a name of its own on the clone's machine"),
        ManagedOperation.UpstreamChange => new(
            "Patroni takes primary_conninfo and primary_slot_name back within seconds",
            "Give the member the tag replicatefrom in its Patroni configuration, and run patronictl reload CLUSTER MEMBER"),
        ManagedOperation.Settings => new(
            "a value in postgresql.auto.conf overrules Patroni's for ever, and on this member only",
            "Run patronictl edit-config --pg NAME=VALUE"),
        ManagedOperation.SynchronousStandbys => new(
            "a value in postgresql.auto.conf overrules the one that Patroni keeps up to date, and commits may hang after a failover",
            "Run patronictl edit-config --set synchronous_mode=true"),
        ManagedOperation.Slots => new(
            "Patroni drops slots that it does not know, and makes those again that it knows",
            "Name the slot under slots, or under ignore_slots, with patronictl edit-config"),
        ManagedOperation.Archiving => new(
            "a value in postgresql.auto.conf overrules Patroni's for ever, and on this member only",
            "Run patronictl edit-config --pg archive_mode=on --pg archive_command=COMMAND, then patronictl restart CLUSTER"),
        ManagedOperation.Hba => new(
            "Patroni writes pg_hba.conf anew from its own configuration where that has a section pg_hba",
            "Add the rule under postgresql: pg_hba: with patronictl edit-config, or in each member's Patroni configuration"),
        _ => new(
            "Patroni clones the data directory anew, or initializes the cluster anew",
            "Stop Patroni on this machine; for the whole cluster, stop it on all, and run patronictl remove CLUSTER"),
    };
}
