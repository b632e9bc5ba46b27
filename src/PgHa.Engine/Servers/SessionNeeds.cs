namespace PgHa.Engine.Servers;

/// <summary>What PgHa's sessions need, whatever the server, the database or the role sets for sessions.</summary>
/// <remarks>
/// They are set by statements of the session's own, not by the start-up option <c>options</c>, which poolers and hosted servers refuse. See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-client.html">Client Connection Defaults</see>.
/// </remarks>
internal static class SessionNeeds
{
    // The time-outs come first: each of them could end the statements after it.
    private static readonly (string Name, string Value)[] Conduct =
    [
        ("statement_timeout", "0"),
        ("lock_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
        // A hot standby answers nothing to a serializable transaction.
        ("default_transaction_isolation", "'read committed'"),
        ("default_transaction_read_only", "off"),
        ("default_transaction_deferrable", "off"),
        // A statement that fails must not end the session.
        ("exit_on_error", "off"),
    ];

    // How text comes back, and which catalog a name means.
    private static readonly (string Name, string Value)[] Text =
    [
        ("search_path", "pg_catalog"),
        ("row_security", "on"),
        ("datestyle", "'ISO, MDY'"),
        ("intervalstyle", "postgres"),
        ("bytea_output", "hex"),
        ("extra_float_digits", "3"),
        ("client_min_messages", "notice"),
    ];

    /// <summary>The startup option that keeps login event triggers from running; superusers alone may give it.</summary>
    /// <remarks>See <see href="https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-EVENT-TRIGGERS">event_triggers</see>.</remarks>
    public const string NoEventTriggers = "-c event_triggers=off";

    /// <summary>
    /// The start-up options of a replication connection to a database: it takes no statements, and the driver's own first one fails on a
    /// hot standby whose default is serializable.
    /// </summary>
    public const string ForReplication = @"-c default_transaction_isolation=read\ committed -c statement_timeout=0";

    /// <summary>The statements that a session begins with.</summary>
    public static string Statements(ServerDialect dialect) => string.Join("; ", All(dialect).Select(need => $"set {need.Name} = {need.Value}"));

    /// <summary>The statements that give a session for a script's own SQL what the server, the database and the role set for text and names.</summary>
    public static string StatementsForScripts => string.Join("; ", Text.Select(need => $"reset {need.Name}"));

    /// <summary>The statements that show, until a rollback, what the server, the database and the role set.</summary>
    public static string ShowOwn(ServerDialect dialect) =>
        // Without its own isolation level the transaction would take the default that is reset here.
        $"begin isolation level read committed; {string.Join("; ", All(dialect).Reverse().Select(need => $"reset {need.Name}"))}";

    /// <summary>The same needs as a start-up option, for a program that connects to a server directly.</summary>
    public static string StartupOptions(ServerDialect dialect) => string.Join(
        ' ', All(dialect).Where(need => need.Name != "exit_on_error").Select(need => $"-c {need.Name}={Unquoted(need.Value)}"));

    private static IEnumerable<(string Name, string Value)> All(ServerDialect dialect)
    {
        if (dialect.HasTransactionTimeout)
            yield return ("transaction_timeout", "0");
        if (dialect.HasIdleSessionTimeout)
            yield return ("idle_session_timeout", "0");
        foreach ((string, string) need in Conduct.Concat(Text))
            yield return need;
    }

    // In the start-up option a backslash stands before a blank that belongs to the value.
    private static string Unquoted(string value) => value.Trim('\'').Replace(" ", @"\ ", StringComparison.Ordinal);
}
