namespace PgHa;

/// <summary>What the rules say about a connection.</summary>
public enum HbaOutcome
{
    /// <summary>No rule is about it, so that the server rejects it.</summary>
    NoMatch,

    /// <summary>A rule is about it; its method may still be <see cref="HbaMethod.Reject"/>.</summary>
    Matched,

    /// <summary>A line came first of which only the server can tell whether it is about it.</summary>
    Undecided,
}
