namespace PgHa;

/// <summary>The severity of a line of the server's log, least first.</summary>
/// <remarks>
/// <c>LOG</c> ranks as information here, as it does for clients, so that a search for warnings does not return it. See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-SEVERITY-LEVELS">Message
/// Severity Levels</see>.
/// </remarks>
public enum LogSeverity
{
    /// <summary><c>DEBUG1</c> to <c>DEBUG5</c>.</summary>
    Debug,

    /// <summary><c>LOG</c>: of interest to administrators. The output of programs that the server ran counts as this too.</summary>
    Log,

    /// <summary><c>INFO</c>.</summary>
    Info,

    /// <summary><c>NOTICE</c>.</summary>
    Notice,

    /// <summary><c>WARNING</c>.</summary>
    Warning,

    /// <summary><c>ERROR</c>: a command was ended.</summary>
    Error,

    /// <summary><c>FATAL</c>: a session, or a process of the server, was ended.</summary>
    Fatal,

    /// <summary><c>PANIC</c>: all sessions were ended.</summary>
    Panic,
}
