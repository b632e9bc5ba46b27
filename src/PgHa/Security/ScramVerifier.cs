using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace PgHa.Security;

/// <summary>
/// What a server keeps of a password for <c>scram-sha-256</c>: enough to check it, too little to log in with.
/// </summary>
/// <remarks>
/// The verifier is made on the client and sent instead of the password, which therefore appears in no statement and no
/// server log. See <see href="https://www.postgresql.org/docs/current/catalog-pg-authid.html">pg_authid</see>,
/// <see href="https://www.rfc-editor.org/rfc/rfc5802">RFC 5802</see> and
/// <see href="https://www.rfc-editor.org/rfc/rfc7677">RFC 7677</see>.
/// </remarks>
internal static partial class ScramVerifier
{
    /// <summary>PostgreSQL's own number of iterations.</summary>
    public const int Iterations = 4096;

    private const int SaltLength = 16;

    /// <summary>A verifier with a fresh salt.</summary>
    public static string Create(string password) => Create(password, RandomNumberGenerator.GetBytes(SaltLength), Iterations);

    /// <summary>The verifier <c>SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey</c>.</summary>
    public static string Create(string password, ReadOnlySpan<byte> salt, int iterations)
    {
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(
            SaslPrep.Prepare(password), salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        byte[] storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        byte[] serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${iterations}:"
            + $"{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
    }

    /// <summary>Whether a verifier is of this password; <see langword="false"/> for one of another kind.</summary>
    public static bool Matches(string verifier, string password) =>
        Parts().Match(verifier) is { Success: true } match
        && int.TryParse(match.Groups["iterations"].Value, CultureInfo.InvariantCulture, out int iterations)
        && Create(password, Convert.FromBase64String(match.Groups["salt"].Value), iterations) == verifier;

    [GeneratedRegex(
        @"^SCRAM-SHA-256\$(?<iterations>[1-9][0-9]{0,8}):"
        + @"(?<salt>(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)\$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
