namespace PgHa;

/// <summary>What a line of a configuration file does.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/config-setting.html#CONFIG-INCLUDES">Managing
/// Configuration File Contents</see>.
/// </remarks>
public enum ConfigurationEntryKind
{
    /// <summary>Gives a setting its value.</summary>
    Setting,

    /// <summary><c>include</c>: reads another file at this point; the server does not start without it.</summary>
    Include,

    /// <summary><c>include_if_exists</c>: reads another file at this point, if it is there.</summary>
    IncludeIfExists,

    /// <summary><c>include_dir</c>: reads every <c>*.conf</c> file of a directory, in the C locale's order of their names.</summary>
    IncludeDirectory,
}
