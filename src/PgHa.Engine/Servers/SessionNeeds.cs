namespace PgHa.Engine.Servers;

/// <summary>The settings that PgHa's sessions need, whatever the server, the database or the role sets.</summary>
/// <remarks>
/// Each session sets them by statements, not by the start-up option <c>options</c>, which poolers and hosted servers refuse. See
/// <see href="https://www.postgresql.org/docs/current/runtime-config-client.html">Client Connection Defaults</see>.
/// </remarks>
internal static class SessionNeeds
{
    // The timeouts come first, because each of them could cancel the statements after it.
    private static readonly (string Name, string Value)[] Conduct =
    [
        ("statement_timeout", "0"),
        ("lock_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
        // A hot standby refuses serializable transactions.
        ("default_transaction_isolation", "'read committed'"),
        ("default_transaction_read_only", "off"),
        ("default_transaction_deferrable", "off"),
        // A statement that fails must not end the session.
        ("exit_on_error", "off"),
    ];

    // The format of text, and the schema in which names are looked up.
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

    /// <summary>The start-up option that turns login event triggers off. Only superusers may use it.</summary>
    /// <remarks>
    /// See <see href="https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-EVENT-TRIGGERS">event_triggers</see>.
    /// </remarks>
    public const string NoEventTriggers = "-c event_triggers=off";

    /// <summary>
    /// The start-up options of a replication connection to a database, which cannot set them by statements. The driver's first statement
    /// would fail on a hot standby whose default isolation level is serializable.
    /// </summary>
    public const string ForReplication = @"-c default_transaction_isolation=read\ committed -c statement_timeout=0";

    /// <summary>The statements that a session begins with.</summary>
    public static string Statements(ServerDialect dialect) =>
        string.Join("; ", All(dialect).Select(need => $"set {need.Name} = {need.Value}"));

    /// <summary>
    /// The statements that reset the settings for text and names to those of the server, the database and the role, for a script's SQL.
    /// </summary>
    public static string StatementsForScripts => string.Join("; ", Text.Select(need => $"reset {need.Name}"));

    /// <summary>The statements after which a session has the settings of the server, the database and the role, until a rollback.</summary>
    public static string ShowOwn(ServerDialect dialect) =>
        // The transaction names its isolation level, because otherwise it would get the default that is reset here.
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

    // In a start-up option a blank in a value is escaped by a backslash.
    private static string Unquoted(string value) => value.Trim('\'').Replace(" ", @"\ ", StringComparison.Ordinal);
}
