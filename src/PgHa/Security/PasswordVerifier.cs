namespace PgHa.Security;

/// <summary>Makes the verifier that is sent to a server in place of a new password.</summary>
internal static class PasswordVerifier
{
    /// <summary>The best verifier the server knows.</summary>
    public static string Create(ServerDialect dialect, string role, string password) =>
        dialect.HasScram ? ScramVerifier.Create(password) : Md5Verifier.Create(role, password);

    /// <summary>Whether a stored verifier is the best the server knows, and of this password.</summary>
    public static bool Matches(ServerDialect dialect, string? stored, string role, string password) => stored is not null
        && (dialect.HasScram ? ScramVerifier.Matches(stored, password) : stored == Md5Verifier.Create(role, password));
}
