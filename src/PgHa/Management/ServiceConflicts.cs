namespace PgHa;

/// <summary>What the cloud services forbid, and their own commands.</summary>
internal static class ServiceConflicts
{
    public static ManagerConflict? Of(ServerManager manager, ManagedOperation operation) => operation switch
    {
        ManagedOperation.Switchover or ManagedOperation.Failover => new(
            "the service decides who is the primary, and its roles may not promote",
            manager switch
            {
                ServerManager.AmazonRds =>
                    "Run aws rds failover-db-cluster (Aurora, Multi-AZ cluster), or aws rds reboot-db-instance --force-failover",
                ServerManager.AzureDatabase => "Run az postgres flexible-server restart --failover Planned",
                _ => "Run gcloud sql instances failover INSTANCE",
            }),
        ManagedOperation.Promotion => new(
            "the service decides who is the primary, and its roles may not promote",
            manager switch
            {
                ServerManager.AmazonRds => "Run aws rds promote-read-replica",
                ServerManager.AzureDatabase => "Run az postgres flexible-server replica promote",
                _ => "Run gcloud sql instances promote-replica INSTANCE",
            }),
        ManagedOperation.Start or ManagedOperation.Stop or ManagedOperation.Restart or ManagedOperation.RollingRestart
            or ManagedOperation.Maintenance or ManagedOperation.Repair or ManagedOperation.Remove => new(
                "the service alone starts, stops and repairs its servers",
                manager switch
                {
                    ServerManager.AmazonRds => "Use aws rds (reboot-db-instance, stop-db-instance, delete-db-instance)",
                    ServerManager.AzureDatabase => "Use az postgres flexible-server (restart, stop, delete)",
                    _ => "Use gcloud sql instances (restart, patch, delete)",
                }),
        ManagedOperation.Clone => new(
            "the service lets nobody copy its files", "Use its own replicas and backups, or pg_dump and logical replication"),
        // Logical slots are the user's own, on each of the services.
        ManagedOperation.Slots => null,
        ManagedOperation.Hba => new(
            "the service has no pg_hba.conf for its users",
            manager switch
            {
                ServerManager.AmazonRds => "Use the security groups of the instance",
                ServerManager.AzureDatabase => "Use az postgres flexible-server firewall-rule",
                _ => "Use gcloud sql instances patch --authorized-networks",
            }),
        ManagedOperation.UpstreamChange or ManagedOperation.SynchronousStandbys or ManagedOperation.Archiving => new(
            "the service replicates and archives by itself, and its roles may not change how",
            "Use its own replicas and backups"),
        _ => new(
            "the service forbids ALTER SYSTEM",
            manager switch
            {
                ServerManager.AmazonRds => "Run aws rds modify-db-parameter-group (or modify-db-cluster-parameter-group)",
                ServerManager.AzureDatabase => "Run az postgres flexible-server parameter set",
                _ => "Run gcloud sql instances patch --database-flags",
            }),
    };
}
