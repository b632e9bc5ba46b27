namespace PgHa;

/// <summary>A service unit of systemd, as <c>systemctl show</c> prints it.</summary>
/// <remarks>See <see href="https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html">systemd.service</see>.</remarks>
internal sealed record ServiceUnit
{
    private const int Interrupt = 2;

    /// <summary>The properties that PgHa asks for.</summary>
    public static IReadOnlyList<string> Properties { get; } =
    [
        "Id", "LoadState", "ActiveState", "Result", "Type", "MainPID", "PIDFile", "UnitFileState", "Restart", "RestartUSec",
        "KillMode", "KillSignal", "ExecStart", "ExecStop", "Environment",
    ];

    /// <summary>Its full name, such as <c>postgresql@18-main.service</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Whether systemd has such a unit; a masked one has no definition.</summary>
    public bool IsLoaded { get; init; } = true;

    /// <summary>Such as <c>active</c>, <c>inactive</c>, <c>failed</c> or <c>activating</c>.</summary>
    public string ActiveState { get; init; } = "inactive";

    /// <summary>How its last run ended, such as <c>success</c>, <c>exit-code</c> or <c>protocol</c>.</summary>
    public string Result { get; init; } = "success";

    /// <summary>Such as <c>forking</c>, <c>notify</c> or <c>simple</c>.</summary>
    public string Type { get; init; } = "simple";

    /// <summary>The process that systemd takes for the server; <see langword="null"/> if it knows none.</summary>
    public int? MainPid { get; init; }

    /// <summary>The file in which a forking server tells its process id.</summary>
    public string? PidFile { get; init; }

    /// <summary>Such as <c>enabled</c>, <c>disabled</c>, <c>masked</c> or <c>static</c>.</summary>
    public string UnitFileState { get; init; } = "";

    /// <summary>When systemd starts it again by itself: <c>no</c>, <c>always</c>, <c>on-failure</c> and so on.</summary>
    public string Restart { get; init; } = "no";

    /// <summary>How long systemd waits before that; <see langword="null"/> if it is not known.</summary>
    public TimeSpan? RestartDelay { get; init; }

    /// <summary>Which processes the stop signal goes to: <c>control-group</c>, <c>mixed</c>, <c>process</c> or <c>none</c>.</summary>
    public string KillMode { get; init; } = "control-group";

    /// <summary>The number of the stop signal.</summary>
    public int KillSignal { get; init; } = 15;

    /// <summary>Whether it has a command that stops the server.</summary>
    public bool HasStopCommand { get; init; }

    /// <summary>The data directory that its start command or its environment names; <see langword="null"/> if neither does.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Its name as people say it: without <c>.service</c>.</summary>
    public string Name => Id.EndsWith(".service", StringComparison.Ordinal) ? Id[..^".service".Length] : Id;

    /// <summary>Whether its last run has failed.</summary>
    public bool HasFailed => ActiveState == "failed";

    /// <summary>Whether it runs, or is about to.</summary>
    public bool IsActive => ActiveState is "active" or "activating" or "reloading" or "refreshing";

    /// <summary>
    /// Whether <c>systemctl stop</c> is a fast shutdown. Without a stop command the signal decides: PostgreSQL takes SIGTERM for a smart
    /// shutdown, which waits for every session, and a signal to the whole control group ends the WAL senders before they have sent all.
    /// </summary>
    public bool StopsFast => HasStopCommand || (KillSignal == Interrupt && KillMode is "mixed" or "process");

    /// <summary>Whether systemd starts it at boot by its own files; <see langword="null"/> if that depends on other units.</summary>
    public bool? IsEnabled => UnitFileState switch
    {
        "enabled" => true,
        "disabled" or "masked" or "masked-runtime" or "enabled-runtime" or "linked-runtime" => false,
        _ => IsLoaded ? null : false,
    };

    /// <summary>Whether systemd starts the server again when it ends by itself.</summary>
    public bool RestartsByItself => Restart.Length > 0 && Restart != "no";

    /// <summary><c>systemd unit postgresql@18-main</c>.</summary>
    public override string ToString() => $"systemd unit {Name}";
}
