using System.Globalization;

namespace PgHa;

/// <summary>What several servers said of their replication when they were asked together.</summary>
public sealed record ReplicationSnapshot
{
    /// <summary>When they were asked, by this machine's clock.</summary>
    public required DateTimeOffset ObservedAt { get; init; }

    /// <summary>The servers that answered, in the order they were asked.</summary>
    public IReadOnlyList<ReplicationStatus> Servers { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>The errors of the servers that did not answer.</summary>
    public IReadOnlyList<PgHaException> Failures { get; init => field = IndexableList.Of(value); } = [];

    /// <summary><c>6 servers at 11:20:33, 1 without an answer</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Plural.Count(Servers.Count, "server")} at {ObservedAt:HH:mm:ss}")
        + $"{(Failures.Count == 0 ? "" : $", {Failures.Count} without an answer")}";
}
