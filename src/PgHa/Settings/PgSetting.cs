namespace PgHa;

/// <summary>A setting of one server.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/view-pg-settings.html">pg_settings</see>.</remarks>
public sealed record PgSetting
{
    /// <summary>The server.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>The setting's name.</summary>
    public required string Name { get; init; }

    /// <summary>The value in effect, as <c>SHOW</c> prints it; for a stopped server the value in its files, with which it starts.</summary>
    public required string Value { get; init; }

    /// <summary>
    /// The level that a server has raised <c>wal_level</c> to for its logical slots (19); none for other settings, and if
    /// the level is the value itself.
    /// </summary>
    public string? InForce { get; init; }

    /// <summary>The type of the value; <see langword="null"/> where the server is stopped.</summary>
    public SettingType? Type { get; init; }

    /// <summary>
    /// The unit of a number that is given without a unit, such as <c>8kB</c>; <see langword="null"/> if the setting has
    /// none, or the server is stopped.
    /// </summary>
    public string? Unit { get; init; }

    /// <summary>The value if nothing sets it; <see langword="null"/> where the server is stopped.</summary>
    public string? Default { get; init; }

    /// <summary>Where the value comes from, such as <c>default</c> or <c>configuration file</c>.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// When a change takes effect: <c>postmaster</c> at a restart, <c>sighup</c> at a reload, and so on;
    /// <see langword="null"/> if not known.
    /// </summary>
    public string? Context { get; init; }

    /// <summary>Whether the configuration files have another value, which takes effect at a restart.</summary>
    public bool PendingRestart { get; init; }

    /// <summary>The file that sets it.</summary>
    public string? SourceFile { get; init; }

    /// <summary>The line in that file.</summary>
    public int? SourceLine { get; init; }

    /// <summary>The values an enumeration allows; empty for other types.</summary>
    public IReadOnlyList<string> EnumValues { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary><c>name = value</c>, with passwords masked.</summary>
    public override string ToString() => Secrets.Redact($"{Name} = {Value}");
}
