namespace PgHa.Engine.Replication;

/// <summary>A request to make commits wait for standbys.</summary>
/// <param name="Names">The standbys to add, by <c>application_name</c>; at least one.</param>
public sealed record SyncStandbyRequest(params IReadOnlyList<string> Names)
{
    /// <summary>Which of the listed standbys count; unchanged if not given, and the first ones for a new list.</summary>
    public SyncMethod? Method { get; init; }

    /// <summary>How many of them a commit waits for; unchanged if not given, and 1 for a new list.</summary>
    public int? Count { get; init; }

    /// <summary>What a standby must have done with a commit; unchanged if not given.</summary>
    public CommitLevel? CommitLevel { get; init; }

    /// <summary>Go on although a standby does not stream, or too few do, and commits will hang.</summary>
    public bool EvenIfCommitsHang { get; init; }
}
