using System.Text;

namespace PgHa;

/// <summary>A rule of <c>pg_hba.conf</c>: which connections it is about, and how it authenticates them.</summary>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/auth-pg-hba-conf.html">The pg_hba.conf File</see>.</remarks>
public sealed record HbaRule
{
    /// <summary>The kind of connection.</summary>
    public required HbaConnectionType Type { get; init; }

    /// <summary>The databases, or <see cref="HbaName.Replication"/>.</summary>
    public required IReadOnlyList<HbaName> Databases { get; init => field = IndexableList.Of(value); }

    /// <summary>The roles.</summary>
    public required IReadOnlyList<HbaName> Users { get; init => field = IndexableList.Of(value); }

    /// <summary>The clients; <see langword="null"/> for <see cref="HbaConnectionType.Local"/>, and only there.</summary>
    public HbaAddress? Address { get; init; }

    /// <summary>How they are authenticated.</summary>
    public required HbaMethod Method { get; init; }

    /// <summary>The method's options.</summary>
    public IReadOnlyList<HbaOption> Options { get; init => field = IndexableList.Of(value); } = [];

    /// <summary>Reads one line.</summary>
    /// <exception cref="MalformedTextException">The line is no rule; the message says where.</exception>
    public static HbaRule Parse(string text)
    {
        List<HbaLine> lines = HbaLine.ParseAll(RawText.FromText(text));
        return lines is [{ Rule: { } rule }]
            ? rule.Rule
            : throw new MalformedTextException(
                "HBA rule", Secrets.Redact(text), 0,
                "expected one rule, such as: host all all 10.0.0.0/8 scram-sha-256");
    }

    /// <summary>Whether it is the same rule, however it is spaced or its range is written.</summary>
    public bool Equals(HbaRule? other) => other is not null && Takes(other) && AuthenticatesLike(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Databases.Count, Users.Count, Address, Method);

    /// <summary>The line in the columns of PostgreSQL's sample, with the passwords of options masked.</summary>
    public override string ToString() => Line(option => option.ToString());

    /// <summary>The line in the columns of PostgreSQL's sample, as the file has it.</summary>
    internal string ToLine() => Line(option => option.ToWord());

    /// <summary>The rule with one blank between its words and the passwords of options masked.</summary>
    internal string ToText() => string.Join(
        ' ',
        new[]
        {
            HbaKeywords.Word(Type), string.Join(',', Databases), string.Join(',', Users), Address?.ToString(),
            HbaKeywords.Word(Method),
        }
            .Where(column => column is not null)
            .Concat(Options.Select(option => option.ToString())));

    internal bool AuthenticatesLike(HbaRule other) => Method == other.Method && Options.SequenceEqual(other.Options);

    /// <summary>Whether it matches every connection that the other rule matches.</summary>
    internal bool Covers(HbaRule other) =>
        HbaKeywords.TransportsOf(other.Type).All(HbaKeywords.TransportsOf(Type).Contains)
        && other.Databases.All(database => Databases.Any(own => own.Covers(database)))
        && other.Users.All(user => Users.Any(own => own.Covers(user)))
        && (Address is null || (other.Address is not null && Address.Covers(other.Address)));

    private bool Takes(HbaRule other) =>
        Type == other.Type
        && Databases.SequenceEqual(other.Databases)
        && Users.SequenceEqual(other.Users)
        && Address == other.Address;

    private string Line(Func<HbaOption, string> write)
    {
        StringBuilder line = new();
        AppendColumn(line, HbaKeywords.Word(Type), 8);
        AppendColumn(line, string.Join(',', Databases), 16);
        AppendColumn(line, string.Join(',', Users), 16);
        AppendColumn(line, Address?.ToString() ?? "", 24);
        return line.AppendJoin(' ', Options.Select(write).Prepend(HbaKeywords.Word(Method))).ToString();
    }

    private static void AppendColumn(StringBuilder line, string text, int width) =>
        line.Append(text.PadRight(width - 1)).Append(' ');
}
