namespace PgHa;

/// <summary>A process of a server, and what it says it is doing.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/monitoring-ps.html">Standard Unix Tools</see> and
/// <see href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW">pg_stat_activity</see>.
/// </remarks>
public sealed record ServerProcess
{
    /// <summary>The server it belongs to.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>Its process id.</summary>
    public required int Id { get; init; }

    /// <summary>
    /// What it is for, in the words of <c>backend_type</c>: <c>startup</c> (which replays), <c>walreceiver</c>,
    /// <c>walsender</c>, <c>checkpointer</c>, <c>archiver</c>, <c>client backend</c> …; <c>postmaster</c> for the parent of all.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>
    /// What it is doing, such as <c>recovering 000000010000000000000005</c> or
    /// <c>streaming 0/7000140</c>; empty if it does not say.
    /// </summary>
    public string Activity { get; init; } = "";

    /// <summary>The role a client backend or WAL sender serves.</summary>
    public string? UserName { get; init; }

    /// <summary>The database of a client backend.</summary>
    public string? Database { get; init; }

    /// <summary>Where its client is: an address with the port in parentheses, or <c>[local]</c>.</summary>
    public string? Client { get; init; }

    /// <summary>The WAL file it is working on, waiting for or has archived.</summary>
    public WalFileName? WalFile { get; init; }

    /// <summary>The position it is at.</summary>
    public Lsn? Lsn { get; init; }

    /// <summary>The whole title as the operating system shows it; <see langword="null"/> where only SQL was asked.</summary>
    public string? Title { get; init; }

    /// <summary><c>walreceiver (4711): streaming 0/7000140</c>.</summary>
    public override string ToString() => Activity.Length == 0 ? $"{Kind} ({Id})" : $"{Kind} ({Id}): {Activity}";
}
