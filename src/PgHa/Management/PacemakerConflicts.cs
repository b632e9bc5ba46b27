namespace PgHa;

/// <summary>What Pacemaker does about changes behind its back, by the documentation of its resource agents.</summary>
internal static class PacemakerConflicts
{
    public static ManagerConflict? Of(ManagedOperation operation) => operation switch
    {
        ManagedOperation.Switchover or ManagedOperation.Failover or ManagedOperation.Promotion => new(
            "Pacemaker takes a change of roles for a failure, and stops, demotes or fences the server",
            "Run pcs resource move RESOURCE NODE --promoted (crm_resource --move), and clear the constraint afterwards"),
        ManagedOperation.Start or ManagedOperation.Stop or ManagedOperation.Restart or ManagedOperation.RollingRestart
            or ManagedOperation.Maintenance or ManagedOperation.Repair or ManagedOperation.Remove => new(
                "Pacemaker takes a stop for a failure, and promotes another server or fences this one",
                "Run pcs resource disable RESOURCE or pcs resource unmanage RESOURCE before, and enable or manage afterwards"),
        ManagedOperation.Clone => new(
            "Pacemaker does not know the clone, and neither starts nor promotes it",
            "Add the clone's machine to the cluster (pcs cluster node add) when the clone streams"),
        ManagedOperation.UpstreamChange => new(
            "the resource agent writes the upstream itself when it starts the server",
            "Change the recovery configuration that the resource agent uses"),
        // Pacemaker's agents start, stop and promote; settings, rules and slots are the administrator's.
        _ => null,
    };
}
