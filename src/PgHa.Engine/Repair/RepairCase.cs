using PgHa.Engine.Instances;
using PgHa.Engine.Machines;
using PgHa.Engine.Recovery;

namespace PgHa.Engine.Repair;

/// <summary>A server to repair as it was found, and all that was asked for.</summary>
internal sealed record RepairCase
{
    /// <summary>The server under its real name.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>The server in the directory where it is now.</summary>
    public required PgInstance Found { get; init; }

    public required IHost Host { get; init; }

    public required RejoinDirectory Names { get; init; }

    public required RecoveryState State { get; init; }

    public required RepairOptions Options { get; init; }

    /// <summary>A new clone of the server is complete, but has not taken its place yet.</summary>
    public bool IsCloned { get; init; }

    /// <summary>An earlier rewind died in its directory: its data is neither the old nor the new.</summary>
    public bool IsHalfRewound { get; init; }

    /// <summary>
    /// Whether the server crashed as a primary. A failover marks it as a standby afterwards, and a standby has no single-user mode.
    /// </summary>
    public bool CrashedAsPrimary =>
        State.Control.State is DatabaseState.InProduction or DatabaseState.ShuttingDown or DatabaseState.InCrashRecovery;

    /// <summary>The upstream with the login of the role to stream as.</summary>
    public required PgInstance Login { get; init; }

    /// <summary>The server to rewind to.</summary>
    public required PgInstance Source { get; init; }

    public required string ApplicationName { get; init; }

    public required string? SlotName { get; init; }

    public required bool MakesSlot { get; init; }

    /// <summary>The position where the server's WAL and the upstream's parted; <see langword="null"/> if it is not known.</summary>
    public Lsn? Fork { get; init; }

    /// <summary>Where a new clone's tablespaces go, by the upstream's directories.</summary>
    public IReadOnlyDictionary<string, string> CloneTablespaces { get; init; } = new Dictionary<string, string>();

    /// <summary>Where a new clone's WAL goes, beside the old one's; <see langword="null"/> if that is in its data directory.</summary>
    public string? CloneWalDirectory { get; init; }

    /// <summary>Whether the server gets WAL from an archive too.</summary>
    public required bool HasRestoreCommand { get; init; }

    /// <summary>The commands that may have the server's WAL.</summary>
    public required IReadOnlyList<string> RestoreCommands { get; init; }

    public RecoveryOptions Recovery => new()
    {
        Upstream = Options.Upstream,
        Login = Login,
        ApplicationName = ApplicationName,
        SlotName = SlotName,
        SkipChecks = true,
    };
}
