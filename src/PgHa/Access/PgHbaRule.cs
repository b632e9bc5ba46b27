namespace PgHa;

/// <summary>A rule in one server's <c>pg_hba.conf</c>.</summary>
/// <param name="Server">The server.</param>
/// <param name="LineNumber">The rule's line in its file, from 1; the first rule that matches a connection decides.</param>
/// <param name="Rule">The rule.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/auth-pg-hba-conf.html">The pg_hba.conf File</see>.</remarks>
public sealed record PgHbaRule(PgInstance Server, int LineNumber, HbaRule Rule)
{
    /// <summary>
    /// The file that the line is in: <c>pg_hba.conf</c>, or one that it includes (16); <see langword="null"/>
    /// where an older server doesn't tell.
    /// </summary>
    public string? File { get; init; }

    /// <summary>The kind of connection.</summary>
    public HbaConnectionType Type => Rule.Type;

    /// <summary>The databases.</summary>
    public string Database => string.Join(',', Rule.Databases);

    /// <summary>The roles.</summary>
    public string User => string.Join(',', Rule.Users);

    /// <summary>The clients; <see langword="null"/> for Unix sockets.</summary>
    public string? Address => Rule.Address?.ToString();

    /// <summary>How they are authenticated.</summary>
    public HbaMethod Method => Rule.Method;

    /// <summary>The method's options, with passwords masked.</summary>
    public string Options => string.Join(' ', Rule.Options);

    /// <summary>The line, with passwords masked.</summary>
    public override string ToString() => Rule.ToString();
}
