namespace PgHa;

/// <summary>Software or a service that decides which server is the primary, and starts, stops and configures servers for that.</summary>
public enum ServerManager
{
    /// <summary>Amazon RDS or Aurora.</summary>
    AmazonRds,

    /// <summary>Azure Database for PostgreSQL.</summary>
    AzureDatabase,

    /// <summary>Google Cloud SQL or AlloyDB.</summary>
    CloudSql,

    /// <summary>The Kubernetes operator <see href="https://cloudnative-pg.io/docs/">CloudNativePG</see>.</summary>
    CloudNativePg,

    /// <summary>The Kubernetes operator of Crunchy Data, which has a Patroni in each pod.</summary>
    CrunchyOperator,

    /// <summary>The Kubernetes operator of Zalando, which has a Patroni in each pod.</summary>
    ZalandoOperator,

    /// <summary><see href="https://patroni.readthedocs.io/">Patroni</see>.</summary>
    Patroni,

    /// <summary><see href="https://pg-auto-failover.readthedocs.io/">pg_auto_failover</see>: <c>pg_autoctl</c> on each machine.</summary>
    PgAutoFailover,

    /// <summary>Stolon: a <c>stolon-keeper</c> on each machine.</summary>
    Stolon,

    /// <summary><see href="https://www.repmgr.org/docs/current/">repmgr</see> with its daemon <c>repmgrd</c>.</summary>
    Repmgr,

    /// <summary>Pacemaker with a resource agent for PostgreSQL, such as PAF.</summary>
    Pacemaker,
}
