using System.Diagnostics.CodeAnalysis;

namespace PgHa;

/// <summary>The type of a setting, as <c>pg_settings.vartype</c> names it in lower case.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES">Parameter Names
/// and Values</see>.
/// </remarks>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names are PostgreSQL's.")]
public enum SettingType
{
    /// <summary><c>on</c> or <c>off</c>.</summary>
    Bool,

    /// <summary>A whole number, with a unit if the setting has one.</summary>
    Integer,

    /// <summary>A number with a fraction, with a unit if the setting has one.</summary>
    Real,

    /// <summary>One word of a list.</summary>
    Enum,

    /// <summary>Any text.</summary>
    String,
}
