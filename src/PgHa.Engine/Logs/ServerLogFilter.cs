namespace PgHa.Engine.Logs;

/// <summary>Selects entries of a log.</summary>
public sealed record ServerLogFilter
{
    /// <summary>The newest ones only, this many; <see langword="null"/> for all.</summary>
    public int? Tail { get; init; }

    /// <summary>Those from this moment on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The minimum severity.</summary>
    public LogSeverity MinimumSeverity { get; init; }

    internal bool Admits(ServerLogEntry entry) => entry.Severity >= MinimumSeverity && !(entry.Time < Since);
}
