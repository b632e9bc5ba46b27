using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>Takes passwords out of text that is shown: diffs, errors, anything's ToString.</summary>
internal static partial class Secrets
{
    public const string Mask = "********";

    /// <summary>
    /// Masks everything after <c>password=</c> to the end of the line, and the password of a connection URI. A password may
    /// be quoted at two levels, or badly, so its end cannot be found for certain.
    /// </summary>
    public static string Redact(string text) =>
        UriPassword().Replace(KeywordPassword().Replace(text, "$1" + Mask), "$1" + Mask + "@");

    // The pattern also matches sslpassword and PGPASSWORD, but not password_encryption, which has no equals sign there. In
    // pg_hba.conf a backslash carries the value over to the next line.
    [GeneratedRegex(
        @"((?:password|passwd|radiussecrets)[ \t]*=)(?:\\\r?\n|[^\r\n])*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex KeywordPassword();

    [GeneratedRegex(@"(://[^:@/\s]*:)[^@/\r\n]*@", RegexOptions.CultureInvariant)]
    private static partial Regex UriPassword();
}
