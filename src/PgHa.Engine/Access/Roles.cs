using PgHa.Engine.Servers;
using PgHa.Security;

namespace PgHa.Engine.Access;

/// <summary>Makes roles that log in, and makes them members of others.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/sql-createrole.html">CREATE ROLE</see>.</remarks>
internal static class Roles
{
    /// <summary>
    /// Makes sure that the role exists, may log in, has the password if one is given, and is a member of the roles in its
    /// definition.
    /// </summary>
    public static async Task EnsureAsync(
        EngineContext context, PgInstance primary, RoleDefinition role, string? password, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(context, primary, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            foreach (string statement in await StatementsAsync(session, role, password, cancellationToken).ConfigureAwait(false))
            {
                context.Log.Step($"{primary}: {ShownSql.Of(statement)}");
                // With synchronous replication, this commit must not wait for a standby: the standby may be the one that is
                // being made.
                await session.ExecuteAsync($"set synchronous_commit = local; {statement}", cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<List<string>> StatementsAsync(
        ServerSession session, RoleDefinition role, string? password, CancellationToken cancellationToken)
    {
        IReadOnlyList<(bool CanLogin, string? Stored)> found = await session.QueryAsync(
            "select rolcanlogin, rolpassword from pg_authid where rolname = $1",
            row => (row.Get<bool>("rolcanlogin"), row.Text("rolpassword")), cancellationToken, role.Name).ConfigureAwait(false);
        IReadOnlyList<string> memberOf = await session.QueryAsync(
            "select g.rolname from pg_auth_members m join pg_roles g on g.oid = m.roleid join pg_roles r on r.oid = m.member "
                + "where r.rolname = $1",
            row => row.Text("rolname")!, cancellationToken, role.Name).ConfigureAwait(false);

        List<string> statements = [];
        string name = SqlQuoting.Identifier(role.Name);
        bool hasPassword = password is null
            || (found is [var only] && PasswordVerifier.Matches(session.Dialect, only.Stored, role.Name, password));
        if (found.Count == 0 || !found[0].CanLogin || !hasPassword)
        {
            string verifier = password is null
                ? ""
                : $" PASSWORD {SqlQuoting.Literal(PasswordVerifier.Create(session.Dialect, role.Name, password))}";
            statements.Add($"{(found.Count == 0 ? "CREATE" : "ALTER")} ROLE {name} LOGIN{verifier}");
        }

        statements.AddRange(role.MemberOf.Except(memberOf).Select(group => $"GRANT {SqlQuoting.Identifier(group)} TO {name}"));
        return statements;
    }
}
