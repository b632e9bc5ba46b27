namespace PgHa;

/// <summary>One finding about a server's replication.</summary>
/// <param name="Cause">What it is, for scripts.</param>
/// <param name="Subject">The standby, slot or server it is about.</param>
/// <param name="Text">What it is, for a person: one sentence without a full stop.</param>
public sealed record ReplicationFinding(ReplicationFindingCause Cause, string Subject, string Text)
{
    /// <summary>The sentence.</summary>
    public override string ToString() => Text;
}
