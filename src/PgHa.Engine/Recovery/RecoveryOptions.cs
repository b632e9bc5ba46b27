namespace PgHa.Engine.Recovery;

/// <summary>The changes to a standby's recovery configuration. A property that is not set changes nothing.</summary>
/// <remarks>
/// Upstream, role, application name and slot change together. With a new upstream and no slot name, the standby uses no slot,
/// because the old slot is on another server.
/// </remarks>
public sealed record RecoveryOptions
{
    /// <summary>The server to stream from, reached as PgHa reaches it.</summary>
    public PgInstance? Upstream { get; init; }

    /// <summary>The upstream with the login of the role to stream as; <see cref="Upstream"/>'s own by default.</summary>
    public PgInstance? Login { get; init; }

    /// <summary>The application name that the upstream sees; the standby's own name by default.</summary>
    public string? ApplicationName { get; init; }

    /// <summary>The slot on the upstream.</summary>
    public string? SlotName { get; init; }

    /// <summary>The archive to restore WAL from.</summary>
    public Archive? RestoreFrom { get; init; }

    /// <summary>How long to hold commits back before they are replayed; zero to replay them at once.</summary>
    public TimeSpan? ApplyDelay { get; init; }

    /// <summary><c>latest</c>, <c>current</c> or a timeline's number.</summary>
    public string? TargetTimeline { get; init; }

    /// <summary>Whether the standby answers queries.</summary>
    public bool? HotStandby { get; init; }

    /// <summary>
    /// Whether the standby synchronizes the failover slots of its primary (PostgreSQL 17 and newer). This also sets a database
    /// in <c>primary_conninfo</c>, and <c>hot_standby_feedback</c>. The standby must use a slot.
    /// </summary>
    public bool? SyncReplicationSlots { get; init; }

    /// <summary>Writes the configuration without asking the upstream or the archive whether it will work.</summary>
    public bool SkipChecks { get; init; }
}
