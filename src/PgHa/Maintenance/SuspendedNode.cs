using System.Globalization;

namespace PgHa;

/// <summary>
/// A standby that was taken out of service, with what puts everything back:
/// <c>Resume-PgNode</c> takes it from the pipeline.
/// </summary>
/// <remarks>
/// The standby's name stays in <c>synchronous_standby_names</c>: a listed standby that is down does no harm while the
/// others suffice. PostgreSQL does not keep the number of confirmations if that had to be lowered, so it is kept here, as
/// text, which survives JSON and CliXml. See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES">
/// synchronous_standby_names</see>.
/// </remarks>
public sealed record SuspendedNode
{
    /// <summary>The standby.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>The server it follows; <see langword="null"/> for a standby that is fed from an archive.</summary>
    public PgInstance? Upstream { get; init; }

    /// <summary>The primary; <see langword="null"/> if it is not known.</summary>
    public PgInstance? Primary { get; init; }

    /// <summary>The slot on its upstream, which keeps WAL for it.</summary>
    public string? SlotName { get; init; }

    /// <summary>
    /// What commits waited for before, and shall again (<c>synchronous_standby_names</c>);
    /// <see langword="null"/> if that was not changed.
    /// </summary>
    public string? SyncStandbyNames { get; init; }

    /// <summary>What that was reduced to: empty if commits wait for nobody, <see langword="null"/> if it was not changed.</summary>
    public string? ReducedNames { get; init; }

    /// <summary>When it was stopped, by this machine's clock.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The command that puts everything back, also in another session.</summary>
    public string ResumeCommand => SyncStandbyNames is { } names
        ? $"Resume-PgNode {HealCommand.Quote(Server.DataDirectory ?? Server.Address)} -SyncStandbyNames {HealCommand.Quote(names)}"
        : $"Resume-PgNode {HealCommand.Quote(Server.DataDirectory ?? Server.Address)}";

    /// <summary><c>node23, suspended since 2026-11-22 14:05</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Server.Name}, suspended since {Since.LocalDateTime:yyyy-MM-dd HH:mm}");
}
