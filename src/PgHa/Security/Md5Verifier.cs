using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace PgHa.Security;

/// <summary>What a server without SCRAM (9.6) keeps of a password: <c>md5</c> and a hash of password and role name.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/9.6/catalog-pg-authid.html">pg_authid</see>.</remarks>
internal static class Md5Verifier
{
    /// <summary>The verifier of a role's password.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "It is all that 9.6 knows.")]
    public static string Create(string role, string password) =>
        "md5" + Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes(password + role))).ToLowerInvariant();
}
