namespace PgHa;

/// <summary>
/// A setting that a hot standby must not have lower than its primary, because it tracks the
/// primary's transactions and locks.
/// </summary>
/// <param name="Name">The setting.</param>
/// <param name="Required">The primary's value.</param>
/// <param name="Actual">The standby's.</param>
/// <remarks>
/// With a lower value the standby refuses to start. A running standby of PostgreSQL 14 or newer pauses replay. See
/// <see href="https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-ADMIN">Hot Standby:
/// Administrator's Overview</see>.
/// </remarks>
public sealed record StandbyRequirement(string Name, int Required, int Actual)
{
    /// <summary>The settings.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["max_connections", "max_worker_processes", "max_wal_senders", "max_prepared_transactions", "max_locks_per_transaction"];

    /// <summary>The settings of a version: in PostgreSQL 11 and older a standby needs no WAL senders.</summary>
    public static IReadOnlyList<string> NamesOf(ServerDialect dialect) =>
        dialect.HasWalSendersRequirement ? Names : [.. Names.Where(name => name != "max_wal_senders")];

    /// <summary>PostgreSQL's default of one of them; <see langword="null"/> for a major that PgHa does not know.</summary>
    internal static int? DefaultOf(string name, ServerDialect dialect) => !dialect.IsKnown ? null : name switch
    {
        "max_connections" => 100,
        "max_worker_processes" => 8,
        "max_wal_senders" => dialect.DefaultWalSenders,
        "max_prepared_transactions" => 0,
        "max_locks_per_transaction" => dialect.DefaultLocksPerTransaction,
        _ => null,
    };

    /// <summary>Whether a setting is one of them.</summary>
    public static bool IsAbout(string setting) => Names.Contains(setting, StringComparer.OrdinalIgnoreCase);

    /// <summary>The settings that are too low on the standby; a setting that one side does not report is not compared.</summary>
    public static IReadOnlyList<StandbyRequirement> Unmet(
        IReadOnlyDictionary<string, int> primary, IReadOnlyDictionary<string, int> standby) =>
    [
        .. primary
            .Where(required => standby.TryGetValue(required.Key, out int actual) && actual < required.Value)
            .Select(required => new StandbyRequirement(required.Key, required.Value, standby[required.Key])),
    ];

    /// <summary><c>max_connections = 50, needs 100</c>.</summary>
    public override string ToString() => $"{Name} = {Actual}, needs {Required}";
}
