namespace PgHa.Engine.Replication;

/// <summary>A server's own position as an SQL expression, whatever its role.</summary>
internal static class WalPositionSql
{
    /// <summary>What a primary has written, or a standby replayed.</summary>
    public static string Current(ServerDialect dialect) =>
        $"case when pg_is_in_recovery() then {dialect.LastWalReplayLsnFunction}() else {dialect.CurrentWalLsnFunction}() end";

    /// <summary>
    /// The end of the WAL that the server can send. On a standby, WAL from an archive counts as replayed but never as received, so
    /// the greater of both positions is taken.
    /// </summary>
    public static string End(ServerDialect dialect) =>
        $"case when pg_is_in_recovery() then greatest({dialect.LastWalReceiveLsnFunction}(), "
            + $"{dialect.LastWalReplayLsnFunction}()) else {dialect.CurrentWalLsnFunction}() end";
}
