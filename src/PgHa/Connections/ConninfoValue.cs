namespace PgHa;

/// <summary>Quotes a value for a libpq connection string.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE">Keyword/Value
/// Connection Strings</see>.
/// </remarks>
public static class ConninfoValue
{
    /// <summary>The value as it is if that is safe, otherwise in single quotes with <c>\'</c> and <c>\\</c> escaped.</summary>
    public static string Quote(string value) =>
        value.Length > 0 && value.All(IsPlain)
            ? value
            : $"'{value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";

    // Beyond ASCII a byte of the encoded character may be white space in libpq's locale.
    private static bool IsPlain(char c) => c is > ' ' and < '\x7f' and not ('\'' or '\\');
}
