namespace PgHa.Engine.Replication;

/// <summary>The answer of a primary: what its commits wait for, or the failure.</summary>
/// <param name="Instance">The server that was asked.</param>
/// <param name="Status">What its commits wait for.</param>
/// <param name="Failure">Why it is not known.</param>
public sealed record SynchronousReplicationAnswer(PgInstance Instance, SynchronousReplicationStatus? Status, PgHaException? Failure);
