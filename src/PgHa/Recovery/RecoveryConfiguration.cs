namespace PgHa;

/// <summary>How a server is set up to recover: whether it is a standby, where its WAL comes from, how far it goes.</summary>
/// <remarks>
/// It shows no password. See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-replication.html#RUNTIME-CONFIG-REPLICATION-STANDBY">Standby
/// Servers</see> and
/// <see href="https://www.postgresql.org/docs/current/runtime-config-wal.html#RUNTIME-CONFIG-WAL-ARCHIVE-RECOVERY">Archive
/// Recovery</see>.
/// </remarks>
public sealed record RecoveryConfiguration
{
    /// <summary>The server it is about.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>Whether it starts as a standby: <c>standby_mode</c>, or <c>standby.signal</c> from 12 on.</summary>
    public bool StandbyMode { get; init; }

    /// <summary>Whether it answers queries while it recovers.</summary>
    public bool HotStandby { get; init; }

    /// <summary><c>primary_conninfo</c> without secrets; <see langword="null"/> if it does not stream.</summary>
    public string? PrimaryConninfo { get; init; }

    /// <summary>The upstream's host, or several with commas between; <see langword="null"/> if it does not stream.</summary>
    public string? UpstreamHost { get; init; }

    /// <summary>The upstream's port; <see langword="null"/> if it does not stream, or where several hosts have different ones.</summary>
    public int? UpstreamPort { get; init; }

    /// <summary>
    /// The upstream as <c>host:port</c>; where <c>primary_conninfo</c> lists several, all of them in
    /// its order, with commas between.
    /// </summary>
    public string? Upstream { get; init; }

    /// <summary>The role it streams as.</summary>
    public string? UserName { get; init; }

    /// <summary>The file with the role's password.</summary>
    public string? PassFile { get; init; }

    /// <summary>The name its upstream's <c>pg_stat_replication</c> knows it by.</summary>
    public string? ApplicationName { get; init; }

    /// <summary>The slot on the upstream that keeps WAL for it.</summary>
    public string? SlotName { get; init; }

    /// <summary>The command that fetches WAL from the archive.</summary>
    public string? RestoreCommand { get; init; }

    /// <summary>
    /// The archive's directory, or its location on another machine (<c>ssh://</c>), where PgHa wrote <see cref="RestoreCommand"/>.
    /// </summary>
    public string? RestoreDirectory => FileArchive.OfOwnRestoreCommand(RestoreCommand)?.Location;

    /// <summary>The command run at each restartpoint to tidy the archive.</summary>
    public string? ArchiveCleanupCommand { get; init; }

    /// <summary>How long it holds commits back before it replays them (<c>recovery_min_apply_delay</c>).</summary>
    public TimeSpan ApplyDelay { get; init; }

    /// <summary><c>latest</c>, <c>current</c>, or a timeline's number.</summary>
    public string TargetTimeline { get; init; } = "latest";

    /// <summary>
    /// Where recovery stops, such as <c>recovery_target_time = …</c>; <see langword="null"/> for a
    /// standby that follows for ever.
    /// </summary>
    public string? RecoveryTarget { get; init; }

    /// <summary>Where the server's WAL comes from, in a word: <c>db1:5432</c>, <c>archive</c>, or both.</summary>
    public override string ToString() =>
        !StandbyMode ? $"{Server}: no standby"
        : $"{Server} ← {string.Join(" + ", Sources().DefaultIfEmpty("nothing"))}";

    private IEnumerable<string> Sources()
    {
        if (Upstream is not null)
            yield return Upstream;
        if (RestoreCommand is not null)
            yield return "archive";
    }
}
