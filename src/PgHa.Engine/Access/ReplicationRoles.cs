using PgHa.Engine.Servers;
using PgHa.Engine.Settings;
using PgHa.Security;

namespace PgHa.Engine.Access;

/// <summary>Makes roles that standbys connect as.</summary>
/// <remarks>
/// See <see href="https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION-AUTHENTICATION">Authentication</see>
/// of streaming replication.
/// </remarks>
public sealed class ReplicationRoles
{
    private readonly EngineContext _context;

    /// <summary>Works in a context.</summary>
    public ReplicationRoles(EngineContext context) => _context = context;

    /// <summary>Makes sure that the role exists, may log in and replicate, has the password, and is let in from the addresses.</summary>
    /// <remarks>
    /// The rule is for physical replication only: the role gets no access to any database. A role that is also used for
    /// something else (pg_rewind, logical replication) needs another rule for that.
    /// </remarks>
    /// <exception cref="PgHaException">
    /// <c>ServerIsStandby</c>, <c>InsufficientPrivilege</c>, or what <see cref="HbaRules.AddAsync"/> throws.
    /// </exception>
    public async Task EnsureAsync(
        PgInstance server, ReplicationRoleOptions options, ConfirmChange confirm, CancellationToken cancellationToken)
    {
        ServerSession session = await ServerSession.OpenAsync(_context, server, cancellationToken).ConfigureAwait(false);
        bool confirmed = true;
        var rules = new HbaRules(_context);
        HbaChange? change = null;
        await using (session.ConfigureAwait(false))
        {
            string? statement = await StatementAsync(session, options, cancellationToken).ConfigureAwait(false);
            // Before the role is made: a pg_hba.conf that is not PgHa's to write is a refusal.
            if (server.DataDirectory is not null)
            {
                change = await rules.PlanAddAsync(
                    server, Rules(options, session.Dialect), cancellationToken).ConfigureAwait(false);
            }

            if (statement is not null)
            {
                confirmed = await confirm(ShownSql.Of(statement)).ConfigureAwait(false);
                if (confirmed)
                {
                    _context.Log.Step($"{server}: {ShownSql.Of(statement)}");
                    await session.ExecuteAsync(statement, cancellationToken).ConfigureAwait(false);
                }
            }
            else
            {
                _context.Log.Step($"{server}: role '{options.Name}' is so already");
            }
        }

        if (change is null)
        {
            _context.Log.Warn(
                $"{server}: whether role '{options.Name}' is let in for replication is for its pg_hba.conf, "
                + "which PgHa cannot change without host access.");
            return;
        }

        await rules.ApplyAsync(server, change, confirmed ? confirm : Declined(confirm), cancellationToken).ConfigureAwait(false);
    }

    // With -WhatIf the rest of the plan is shown too.
    private static ConfirmChange Declined(ConfirmChange confirm) => async plan =>
    {
        await confirm(plan).ConfigureAwait(false);
        return false;
    };

    internal static IReadOnlyList<HbaRule> Rules(ReplicationRoleOptions options, ServerDialect dialect) =>
    [
        .. options.Addresses.Select(address => new HbaRule
        {
            Type = HbaConnectionType.Host,
            Databases = [HbaName.Replication],
            Users = [HbaName.Of(options.Name)],
            Address = address,
            Method = dialect.HasScram ? HbaMethod.ScramSha256 : HbaMethod.Md5,
        }),
    ];

    // null: there is nothing to do.
    private static async Task<string?> StatementAsync(
        ServerSession session, ReplicationRoleOptions options, CancellationToken cancellationToken)
    {
        if (await session.ScalarAsync<bool>("select pg_is_in_recovery()", cancellationToken).ConfigureAwait(false))
        {
            throw new PgHaException(
                ErrorIds.ServerIsStandby, PgHaErrorKind.InvalidState, $"{session.Instance} is a standby, where no role can be made.",
                "Make it on the primary: every standby gets it by replication.", session.Instance.ToString());
        }

        IReadOnlyList<(bool IsReady, string? Stored)> roles = await session.QueryAsync(
            "select rolcanlogin and rolreplication as ready, rolpassword from pg_authid where rolname = $1",
            row => (row.Get<bool>("ready"), row.Text("rolpassword")), cancellationToken, [options.Name]).ConfigureAwait(false);
        if (roles is [var role] && role.IsReady && PasswordVerifier.Matches(session.Dialect, role.Stored, options.Name, options.Password))
            return null;
        string verb = roles.Count == 0 ? "CREATE" : "ALTER";
        string verifier = PasswordVerifier.Create(session.Dialect, options.Name, options.Password);
        return $"{verb} ROLE {SqlQuoting.Identifier(options.Name)} LOGIN REPLICATION PASSWORD {SqlQuoting.Literal(verifier)}";
    }
}
