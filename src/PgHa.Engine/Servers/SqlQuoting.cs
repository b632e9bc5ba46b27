namespace PgHa.Engine.Servers;

/// <summary>Quoting for the few statements that take no parameters (<c>ALTER SYSTEM</c>, <c>CREATE ROLE</c>).</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">Lexical Structure</see>.</remarks>
internal static class SqlQuoting
{
    /// <summary>An identifier, always in double quotes.</summary>
    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>
    /// A string literal. A value with a backslash gets the <c>E''</c> form, which does not depend on
    /// <c>standard_conforming_strings</c>.
    /// </summary>
    public static string Literal(string value)
    {
        string quoted = value.Replace("'", "''", StringComparison.Ordinal);
        return quoted.Contains('\\', StringComparison.Ordinal)
            ? $"E'{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}'"
            : $"'{quoted}'";
    }
}
