namespace PgHa;

/// <summary>A standby's <c>application_name</c>, as <c>synchronous_standby_names</c> writes and compares it.</summary>
internal static class StandbyName
{
    /// <summary>The name that stands for every standby.</summary>
    public const string Wildcard = "*";

    /// <summary>
    /// Whether both are the same name to the server, which ignores the case of ASCII letters only (<c>pg_strcasecmp</c>).
    /// </summary>
    public static bool AreEqual(string left, string right) =>
        left.Length == right.Length && left.Zip(right).All(pair => Fold(pair.First) == Fold(pair.Second));

    /// <summary>Whether a listed name means a standby: by its name, or because it means every one.</summary>
    public static bool Matches(string listed, string applicationName) =>
        listed == Wildcard || AreEqual(listed, applicationName);

    /// <summary>The name as it is if the server's scanner reads it as a name, otherwise in double quotes.</summary>
    public static string Quote(string name) =>
        name == Wildcard || IsNumber(name) || (IsIdentifier(name) && !IsKeyword(name))
            ? name
            : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Whether a character can begin an unquoted name.</summary>
    public static bool IsIdentifierStart(char c) => char.IsAsciiLetter(c) || c is '_' or >= '\x80';

    /// <summary>Whether a character can stand inside an unquoted name.</summary>
    public static bool IsIdentifierPart(char c) => IsIdentifierStart(c) || char.IsAsciiDigit(c) || c == '$';

    private static bool IsNumber(string name) => name.Length > 0 && name.All(char.IsAsciiDigit);

    private static bool IsIdentifier(string name) =>
        name.Length > 0 && IsIdentifierStart(name[0]) && name.All(IsIdentifierPart);

    private static bool IsKeyword(string name) => AreEqual(name, "FIRST") || AreEqual(name, "ANY");

    private static char Fold(char c) => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
}
