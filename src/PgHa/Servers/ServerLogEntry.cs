namespace PgHa;

/// <summary>An entry of a server's log, with all the lines that belong to it.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/runtime-config-logging.html">Error Reporting and Logging</see>.
/// </remarks>
public sealed record ServerLogEntry
{
    /// <summary>The server that wrote it.</summary>
    public required PgInstance Server { get; init; }

    /// <summary>When it was written. The output of a program, such as an archive command, has the time of the entry before it.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Its severity.</summary>
    public LogSeverity Severity { get; init; } = LogSeverity.Log;

    /// <summary>The process that wrote it, where <c>log_line_prefix</c> tells.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The message.</summary>
    public required string Message { get; init; }

    /// <summary>What belongs to the message: <c>DETAIL</c>.</summary>
    public string? Detail { get; init; }

    /// <summary>What might help: <c>HINT</c>.</summary>
    public string? Hint { get; init; }

    /// <summary>Where it happened: <c>CONTEXT</c>.</summary>
    public string? Context { get; init; }

    /// <summary>The statement that caused it: <c>STATEMENT</c>.</summary>
    public string? Statement { get; init; }

    /// <summary><c>ERROR: relation "t" does not exist</c>.</summary>
    public override string ToString() => $"{Severity.ToString().ToUpperInvariant()}: {Message}";
}
