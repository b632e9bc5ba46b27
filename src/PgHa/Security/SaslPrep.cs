using System.Text;

namespace PgHa.Security;

/// <summary>Prepares a password for SCRAM the way the server and libpq do.</summary>
/// <remarks>
/// A password that SASLprep would reject is used as it is: the server must know passwords in any encoding,
/// so PostgreSQL departs from <see href="https://www.rfc-editor.org/rfc/rfc4013">RFC 4013</see> there, and
/// every client has to do the same.
/// </remarks>
internal static class SaslPrep
{
    /// <summary>The bytes that are hashed for a password.</summary>
    public static byte[] Prepare(string password) => Encoding.UTF8.GetBytes(Prepared(password) ?? password);

    // null: SASLprep rejects the password.
    private static string? Prepared(string password)
    {
        if (Ascii.IsValid(password))
            return password;

        int[] mapped = [.. password.EnumerateRunes()
            .Select(r => SaslPrepTables.NonAsciiSpace.Contains(r.Value) ? ' ' : r.Value)
            .Where(c => !SaslPrepTables.MappedToNothing.Contains(c))];

        bool rejected = mapped.Length == 0
            || mapped.Any(c => SaslPrepTables.Prohibited.Contains(c) || SaslPrepTables.Unassigned.Contains(c))
            || MixesDirections(mapped);
        return rejected ? null : Normalized(string.Concat(mapped.Select(char.ConvertFromUtf32)));
    }

    // Without ICU, .NET silently normalises nothing: the role's password would never match what a client sends.
    private static string Normalized(string text) =>
        !"\uFB01".IsNormalized(NormalizationForm.FormKC)
            ? text.Normalize(NormalizationForm.FormKC)
            : throw new PgHaException(
                ErrorIds.UnicodeNormalizationMissing,
                PgHaErrorKind.NotSupported,
                "This password has characters other than ASCII, and .NET runs here without Unicode normalisation.",
                "Choose a password of ASCII characters, or run PowerShell with ICU (without DOTNET_SYSTEM_GLOBALIZATION_INVARIANT).");

    private static bool MixesDirections(int[] codePoints) =>
        codePoints.Any(SaslPrepTables.RightToLeft.Contains)
        && (codePoints.Any(SaslPrepTables.LeftToRight.Contains)
            || !SaslPrepTables.RightToLeft.Contains(codePoints[0])
            || !SaslPrepTables.RightToLeft.Contains(codePoints[^1]));
}
