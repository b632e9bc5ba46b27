namespace PgHa.Engine.Replication;

/// <summary>The answer of a server: its status, or the failure.</summary>
/// <param name="Instance">The server that was asked.</param>
/// <param name="Status">Its status.</param>
/// <param name="Failure">Why it has none.</param>
public sealed record ReplicationStatusAnswer(PgInstance Instance, ReplicationStatus? Status, PgHaException? Failure);
