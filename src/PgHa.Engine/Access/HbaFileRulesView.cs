using PgHa.Engine.Servers;

namespace PgHa.Engine.Access;

/// <summary>
/// The view <c>pg_hba_file_rules</c>: the file as the server reads it now, whether its rules are in effect or not.
/// </summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/view-pg-hba-file-rules.html">pg_hba_file_rules</see>.</remarks>
internal static class HbaFileRulesView
{
    /// <summary>The rules in their order.</summary>
    public static async Task<IReadOnlyList<PgHbaRule>> ReadAsync(ServerSession session, CancellationToken cancellationToken)
    {
        if (!session.Dialect.HasHbaFileRules)
        {
            throw new PgHaException(
                ErrorIds.VersionNotSupported, PgHaErrorKind.NotSupported,
                $"PostgreSQL {session.Dialect.Version} does not show its rules through SQL.",
                "Give an instance with its data directory.", session.Instance.ToString());
        }

        return await session.QueryAsync(
            $"""
            select {(session.Dialect.HasHbaIncludes ? "file_name" : "null::text")} as file_name, line_number,
                   concat_ws(' ', type, array_to_string(database, ','), array_to_string(user_name, ','), address, netmask,
                             auth_method, array_to_string(options, ' ')) as line
            from pg_hba_file_rules where error is null order by {(session.Dialect.HasHbaIncludes ? "rule_number" : "line_number")}
            """,
            row => new PgHbaRule(session.Instance, row.Get<int>("line_number"), HbaRule.Parse(row.Text("line")!))
            {
                File = row.Text("file_name"),
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The lines that the server cannot read; <see langword="null"/> if there are none, or if the server does not show them.
    /// </summary>
    public static async Task<string?> ErrorsAsync(ServerSession session, CancellationToken cancellationToken) =>
        session.Dialect.HasHbaFileRules
            ? await session.ScalarAsync<string>(
                $"""
                select string_agg({(session.Dialect.HasHbaIncludes ? "file_name || ' ' || " : "")}
                                  format('line %s: %s', line_number, error), '; ')
                from pg_hba_file_rules where error is not null
                """,
                cancellationToken).ConfigureAwait(false)
            : null;
}
