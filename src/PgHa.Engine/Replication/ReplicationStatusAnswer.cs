namespace PgHa.Engine.Replication;

/// <summary>What came of asking a server: its status, or why there is none.</summary>
/// <param name="Instance">The server that was asked.</param>
/// <param name="Status">Its status.</param>
/// <param name="Failure">Why it has none.</param>
public sealed record ReplicationStatusAnswer(PgInstance Instance, ReplicationStatus? Status, PgHaException? Failure);
