namespace PgHa;

/// <summary>The last checkpoint of a primary or restartpoint of a standby: where recovery would begin after a crash.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/wal-configuration.html">WAL Configuration</see>.</remarks>
public sealed record Checkpoint
{
    /// <summary>The server.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>Whether it is a restartpoint: a checkpoint of the primary that a standby has caught up with on its disk.</summary>
    public required bool IsRestartpoint { get; init; }

    /// <summary>The position of its record.</summary>
    public required Lsn CheckpointLsn { get; init; }

    /// <summary>Where recovery would begin; WAL before it is not needed after a crash.</summary>
    public required Lsn RedoLsn { get; init; }

    /// <summary>The timeline of its record.</summary>
    public required TimelineId Timeline { get; init; }

    /// <summary>When it began; for a restartpoint, when the primary's checkpoint did.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>
    /// Whether the request caused it. A standby that has replayed no checkpoint of the primary since its last
    /// restartpoint cannot make another.
    /// </summary>
    public bool IsNew { get; init; }

    /// <summary>How long the request took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary><c>Checkpoint of node20@127.0.0.1:9420 at 0/3000148</c>.</summary>
    public override string ToString() => $"{(IsRestartpoint ? "Restartpoint" : "Checkpoint")} of {Server} at {CheckpointLsn}";
}
