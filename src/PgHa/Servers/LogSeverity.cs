namespace PgHa;

/// <summary>How grave a line of the server's log is, least first.</summary>
/// <remarks>
/// <c>LOG</c> ranks among the information here, as it does for clients, so that asking for warnings does not bring it.
/// See <see href="https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-SEVERITY-LEVELS">Message Severity Levels</see>.
/// </remarks>
public enum LogSeverity
{
    /// <summary><c>DEBUG1</c> to <c>DEBUG5</c>.</summary>
    Debug,

    /// <summary><c>LOG</c>: of interest to administrators. Also what programs wrote that the server ran.</summary>
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
