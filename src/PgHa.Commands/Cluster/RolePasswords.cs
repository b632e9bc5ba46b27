using System.Management.Automation;

namespace PgHa.Commands;

/// <summary>The passwords of a cluster's roles, as cluster commands take them.</summary>
internal static class RolePasswords
{
    /// <summary>The password of each role.</summary>
    /// <exception cref="PgHaException"><c>RoleNamedTwice</c>.</exception>
    public static Dictionary<string, string> Of(IReadOnlyList<PSCredential> credentials)
    {
        Dictionary<string, string> passwords = [];
        foreach (PSCredential role in credentials)
        {
            if (!passwords.TryAdd(role.UserName, role.GetNetworkCredential().Password))
            {
                throw new PgHaException(
                    ErrorIds.RoleNamedTwice, PgHaErrorKind.InvalidArgument,
                        $"-RoleCredential has two passwords for role '{role.UserName}'.",
                    "Give each role once.");
            }
        }

        return passwords;
    }
}
