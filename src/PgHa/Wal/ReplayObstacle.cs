using System.Globalization;

namespace PgHa;

/// <summary>Why a standby does not replay what it has received, as far as the standby tells.</summary>
/// <remarks>A promotion replays all of it first, so it would wait for the same. See
/// <see href="https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-CONFLICT">Handling Query Conflicts</see>.</remarks>
internal sealed record ReplayObstacle
{
    /// <summary>The standby, as messages name it.</summary>
    public required string Standby { get; init; }

    /// <summary>The end of the WAL it has.</summary>
    public Lsn? Received { get; init; }

    /// <summary>The end of what it has replayed.</summary>
    public Lsn? Replayed { get; init; }

    /// <summary>Whether replay is paused.</summary>
    public bool IsPaused { get; init; }

    /// <summary>
    /// How long it waits before it replays a commit (<c>recovery_min_apply_delay</c>);
    /// <see langword="null"/> if that is not known.
    /// </summary>
    public TimeSpan? ApplyDelay { get; init; }

    /// <summary>
    /// What its startup process waits for, as <c>pg_stat_activity</c> names it; <see langword="null"/> if for nothing,
    /// or if the role may not see it.
    /// </summary>
    public string? WaitEvent { get; init; }

    /// <summary>How long replay gives way to queries (<c>max_standby_streaming_delay</c>).</summary>
    public string? StreamingDelay { get; init; }

    /// <summary>The sessions that are in its way, or may be: the oldest first.</summary>
    public IReadOnlyList<ReplayBlocker> Blockers { get; init; } = [];

    /// <summary>
    /// Whether its startup process says that it has read all the WAL there is. The end of the WAL may be half a
    /// record, which cannot be replayed.
    /// </summary>
    public bool WaitsForWal =>
        WaitEvent is { } name
        && (name.StartsWith("RecoveryWal", StringComparison.Ordinal) || name == "RecoveryRetrieveRetryInterval");

    /// <summary>The obstacle as a problem to report, with what to do about it.</summary>
    public OperationProblem ToProblem()
    {
        string where = $"{Standby} has WAL up to {Received?.ToString() ?? "an unknown position"}, "
            + $"and has replayed it up to {Replayed?.ToString() ?? "an unknown one"}";
        if (IsPaused)
            return new(ErrorIds.ReplayPaused, $"{where}: replay is paused.", "Resume it (Resume-PgReplay), and try again.");
        if (ApplyDelay > TimeSpan.Zero)
        {
            return new(
                ErrorIds.ReplayDelayed, $"{where}: it replays {LagDiagnosis.Describe(ApplyDelay.Value)} later, on purpose.",
                "Set recovery_min_apply_delay to 0 (Reset-PgSetting), and try again.");
        }

        string waits = WaitEvent is null ? "" : $" (its startup process waits for {WaitEvent})";
        return Blockers.Count == 0
            ? new(
                ErrorIds.ReplayBehind, $"{where}{waits}.",
                "Wait until it has caught up (Wait-PgReplication), or see in its log what it waits for (Get-PgServerLog).")
            : new(
                ErrorIds.ReplayBlocked,
                $"{where}{waits}: {Plural.Of(Blockers.Count, "a session is", "sessions are")} in the way: {string.Join("; ", Blockers)}.",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"End {Plural.Of(Blockers.Count, "it", "them")} (select pg_terminate_backend({Blockers[0].ProcessId})), and try again. "
                        + $"Replay gives way to queries for max_standby_streaming_delay ({StreamingDelay ?? "unknown"}; -1 is for ever)."));
    }
}

/// <summary>A session on a standby that replay may have to wait for.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="UserName">Its role.</param>
/// <param name="Application">Its <c>application_name</c>; <see langword="null"/> if it has none.</param>
/// <param name="Age">How long its transaction has run; <see langword="null"/> if that is not known.</param>
internal sealed record ReplayBlocker(int ProcessId, string? UserName, string? Application, TimeSpan? Age)
{
    /// <summary><c>process 4711 of role app (psql), for 5 min</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"process {ProcessId} of role {UserName ?? "unknown"}"
            + $"{(Application is null ? "" : $" ({Application})")}"
            + $"{(Age is { } age ? $", for {LagDiagnosis.Describe(age)}" : "")}");
}
