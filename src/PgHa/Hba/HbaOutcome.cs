namespace PgHa;

/// <summary>What the rules say about a connection.</summary>
public enum HbaOutcome
{
    /// <summary>No rule matches, so the server rejects the connection.</summary>
    NoMatch,

    /// <summary>A rule matches; its method may still be <see cref="HbaMethod.Reject"/>.</summary>
    Matched,

    /// <summary>Before any rule that matches there is a line that only the server can match.</summary>
    Undecided,
}
