namespace PgHa.Engine.Replication;

/// <summary>A server's own position as an SQL expression, whatever its role.</summary>
internal static class WalPositionSql
{
    /// <summary>What a primary has written, or a standby replayed.</summary>
    public static string Current(ServerDialect dialect) =>
        $"case when pg_is_in_recovery() then {dialect.LastWalReplayLsnFunction}() else {dialect.CurrentWalLsnFunction}() end";

    /// <summary>
    /// Up to where the server has WAL and can send it. Restored from an archive it counts as replayed, never as
    /// received, so that neither alone would do.
    /// </summary>
    public static string End(ServerDialect dialect) =>
        $"case when pg_is_in_recovery() then greatest({dialect.LastWalReceiveLsnFunction}(), {dialect.LastWalReplayLsnFunction}()) else {dialect.CurrentWalLsnFunction}() end";
}
