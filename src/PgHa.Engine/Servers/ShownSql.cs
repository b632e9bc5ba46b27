using System.Text.RegularExpressions;

namespace PgHa.Engine.Servers;

/// <summary>Statements as messages and the debug stream show them.</summary>
internal static partial class ShownSql
{
    /// <summary>Masks passwords, and verifiers, from which a weak password can be guessed.</summary>
    public static string Of(string sql) => Verifier().Replace(Secrets.Redact(sql), Secrets.Mask);

    [GeneratedRegex(@"SCRAM-SHA-256\$[^']*|\bmd5[0-9a-f]{32}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Verifier();
}
