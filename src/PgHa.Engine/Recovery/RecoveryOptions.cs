namespace PgHa.Engine.Recovery;

/// <summary>What to change of a standby's recovery configuration. What is not named stays as it is.</summary>
/// <remarks>
/// Upstream, role, application name and slot are one thing and change together: with a new upstream and no slot named,
/// the standby uses none, because the old name is one of another server's.
/// </remarks>
public sealed record RecoveryOptions
{
    /// <summary>The server to stream from, reached as PgHa reaches it.</summary>
    public PgInstance? Upstream { get; init; }

    /// <summary>The upstream with the login of the role to stream as; <see cref="Upstream"/>'s own by default.</summary>
    public PgInstance? Login { get; init; }

    /// <summary>The name that the upstream shall know the standby by; its own name by default.</summary>
    public string? ApplicationName { get; init; }

    /// <summary>The slot on the upstream.</summary>
    public string? SlotName { get; init; }

    /// <summary>The directory of an archive to restore WAL from.</summary>
    public string? RestoreFrom { get; init; }

    /// <summary>How long to hold commits back before they are replayed; zero to replay them at once.</summary>
    public TimeSpan? ApplyDelay { get; init; }

    /// <summary><c>latest</c>, <c>current</c> or a timeline's number.</summary>
    public string? TargetTimeline { get; init; }

    /// <summary>Whether the standby answers queries.</summary>
    public bool? HotStandby { get; init; }

    /// <summary>
    /// Whether the standby keeps copies of its primary's failover slots (17): with it go a database in <c>primary_conninfo</c> and
    /// <c>hot_standby_feedback</c>. It takes a slot.
    /// </summary>
    public bool? SyncReplicationSlots { get; init; }

    /// <summary>Writes the configuration without asking the upstream or the archive whether it will work.</summary>
    public bool SkipChecks { get; init; }
}
