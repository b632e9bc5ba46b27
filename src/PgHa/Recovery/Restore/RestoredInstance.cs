using System.Globalization;

namespace PgHa;

/// <summary>A server made from a base backup and an archive, and where its recovery ended.</summary>
public sealed record RestoredInstance
{
    /// <summary>The server.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>The state in which it was left.</summary>
    public required RestoredServerState State { get; init; }

    /// <summary>Where recovery was to end.</summary>
    public required RecoveryTarget Target { get; init; }

    /// <summary>The position it has replayed to.</summary>
    public required Lsn? Lsn { get; init; }

    /// <summary>When the last transaction was committed that it has replayed; <see langword="null"/> if it replayed none.</summary>
    public required DateTimeOffset? LastTransactionTime { get; init; }

    /// <summary>The timeline it is on: its own, if it is a primary.</summary>
    public required TimelineId Timeline { get; init; }

    /// <summary><c>node20r@127.0.0.1:9430: paused at 0/5000148 on timeline 1</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Server}: {State.ToString().ToLowerInvariant()} at {Lsn} on timeline {Timeline}");
}
