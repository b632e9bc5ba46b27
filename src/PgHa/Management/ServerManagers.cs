namespace PgHa;

/// <summary>What is the same for all servers of a manager.</summary>
internal static class ServerManagers
{
    /// <summary>Its name, as its own documentation writes it.</summary>
    public static string NameOf(ServerManager manager) => manager switch
    {
        ServerManager.AmazonRds => "Amazon RDS",
        ServerManager.AzureDatabase => "Azure Database",
        ServerManager.CloudSql => "Cloud SQL",
        ServerManager.CloudNativePg => "CloudNativePG",
        ServerManager.CrunchyOperator => "the Crunchy operator",
        ServerManager.ZalandoOperator => "the Zalando operator",
        ServerManager.PgAutoFailover => "pg_auto_failover",
        ServerManager.Repmgr => "repmgr",
        _ => manager.ToString(),
    };

    /// <summary>Whether each data directory of its servers has files of it: a directory without them is none of its own.</summary>
    public static bool LeavesFiles(ServerManager manager) =>
        manager is ServerManager.Patroni or ServerManager.PgAutoFailover or ServerManager.Stolon or ServerManager.CloudNativePg;
}
