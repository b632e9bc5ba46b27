namespace PgHa;

/// <summary>What the commits on a primary wait for at one moment, and whether they return.</summary>
/// <remarks>
/// The level is the server's own: a role, a database, a session or a transaction can set <c>synchronous_commit</c> for itself. See
/// <see href="https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION">Synchronous Replication</see>.
/// </remarks>
public sealed record SynchronousReplicationStatus
{
    /// <summary>The primary.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>The value of <c>synchronous_standby_names</c>; <see langword="null"/> if it is empty.</summary>
    public SynchronousStandbyNames? StandbyNames { get; init; }

    /// <summary>Which of the listed standbys count.</summary>
    public SyncMethod? Method => StandbyNames?.Method;

    /// <summary>How many of them a commit waits for; 0 if none is listed.</summary>
    public int Count => StandbyNames?.Count ?? 0;

    /// <summary>The listed names, in order of priority; <c>*</c> is every standby.</summary>
    public IReadOnlyList<string> Names => StandbyNames?.Names ?? [];

    /// <summary>How far the standbys have to be with a commit (<c>synchronous_commit</c>); unknown where the role may not see it.</summary>
    public CommitLevel? CommitLevel { get; init; }

    /// <summary>The connected standbys that are listed, by name, by priority.</summary>
    public IReadOnlyList<StandbyStatus> Standbys { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>Those of them that commits wait for now: <c>sync</c>, or members of the <c>quorum</c>.</summary>
    public IReadOnlyList<StandbyStatus> Acknowledging => [.. Standbys.Where(standby => standby.IsSynchronous == true)];

    /// <summary>Whether a commit waits for standbys at all.</summary>
    public bool Waits => StandbyNames is not null && CommitLevel?.WaitsForStandbys() != false;

    /// <summary>
    /// Whether a commit would hang now, because fewer standbys can confirm it than must; <see langword="null"/>
    /// where the role may not see that.
    /// </summary>
    public bool? WouldHang { get; init; }

    /// <summary>Why commits hang or do not wait, and what else is wrong, the most urgent first.</summary>
    public IReadOnlyList<ReplicationFinding> Findings { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The findings in words; empty where all is well.</summary>
    public string Diagnosis => string.Join("; ", Findings);

    /// <summary><c>node20@127.0.0.1:9420: commits wait for FIRST 1 (s1)</c>.</summary>
    public override string ToString() =>
        $"{Server}: commits {(WouldHang == true ? "hang for" : Waits ? "wait for" : "do not wait for")} "
        + $"{StandbyNames?.ToString() ?? "standbys"}";
}
