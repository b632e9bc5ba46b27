namespace PgHa;

/// <summary>What repmgrd does about changes behind its back, as seen with repmgr 5.3 and 5.5.</summary>
/// <remarks>See <see href="https://www.repmgr.org/docs/current/repmgr-command-reference.html">its commands</see>.</remarks>
internal static class RepmgrConflicts
{
    private const string Register =
        "Run repmgr primary register --force on the machine of the new primary and repmgr standby register --force "
        + "on those of the standbys, start repmgrd again on all of them, and look at repmgr cluster show";

    public static ManagerConflict? Of(ManagedOperation operation) => operation switch
    {
        ManagedOperation.Switchover => new(
            "repmgr's table of nodes has no primary afterwards, and every repmgrd ends: automatic failover is off",
            "Run repmgr standby switchover --siblings-follow on the machine of the candidate")
        { Afterwards = Register },
        ManagedOperation.RollingRestart => new(
            "the primary changes meanwhile: repmgr's table of nodes has none afterwards, and every repmgrd ends",
            "Run repmgr service pause, restart the standbys (Restart-PgInstance), run repmgr standby switchover --siblings-follow on the "
                + "machine of one, restart the old primary, and run repmgr service unpause")
        { Afterwards = Register },
        ManagedOperation.Failover => new(
            "repmgrd may promote another standby at the same time, and its table of nodes is wrong afterwards",
            "Wait for repmgrd, or run repmgr standby promote --siblings-follow on the machine of the candidate")
        { Afterwards = Register },
        ManagedOperation.Promotion => new(
            "repmgr's table of nodes still has the server as a standby, and repmgrd ends",
            "Run repmgr standby promote; for a primary of its own, run repmgr standby unregister first")
        {
            Afterwards = "Run repmgr primary register --force on its machine",
        },
        ManagedOperation.Stop => new(
            "repmgrd promotes a standby when a primary does not come back within its reconnect_attempts",
            "Run repmgr service pause before, and repmgr service unpause afterwards")
        {
            Afterwards = "Look at repmgr cluster show",
        },
        ManagedOperation.Maintenance => new(
            "repmgrd promotes a standby when a primary does not come back within its reconnect_attempts",
            "Run repmgr service pause before, and repmgr service unpause afterwards")
        {
            Afterwards = "Look at repmgr cluster show",
        },
        ManagedOperation.Repair => new(
            "repmgr's table of nodes does not learn of the server's new role and upstream",
            "Run repmgr node rejoin --force-rewind -d CONNINFO on the machine of the server")
        { Afterwards = Register },
        ManagedOperation.Clone => new(
            "repmgr does not know the clone: it is no candidate, and does not follow when the primary changes",
            "Run repmgr standby register on the clone's machine when the clone streams (repmgr standby clone makes one itself)"),
        ManagedOperation.UpstreamChange => new(
            "repmgr's table of nodes keeps the old upstream, which repmgrd goes on watching",
            "Run repmgr standby follow --upstream-node-id ID on the machine of the standby")
        {
            Afterwards = "Run repmgr standby register --force --upstream-node-id ID on its machine",
        },
        ManagedOperation.Remove => new(
            "repmgr's table of nodes keeps the server, and repmgrd goes on counting it",
            "Run repmgr standby unregister before (repmgr primary unregister for a primary that is gone)"),
        // repmgrd neither starts servers nor writes settings, rules or slots of other names.
        _ => null,
    };
}
