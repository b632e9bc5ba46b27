using System.Text.RegularExpressions;

namespace PgHa;

/// <summary>One word in the database or user column of a rule.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Text">The name, the role, the expression or the path; empty for a keyword.</param>
public readonly partial record struct HbaName(HbaNameKind Kind, string Text)
{
    /// <summary>Every database, or every user.</summary>
    public static HbaName All { get; } = new(HbaNameKind.All, "");

    /// <summary>Physical replication, in the database column.</summary>
    public static HbaName Replication { get; } = new(HbaNameKind.Replication, "");

    /// <summary>The database or role of that name, even if it is called <c>all</c>.</summary>
    public static HbaName Of(string name) => new(HbaNameKind.Name, name);

    /// <summary>The word as the file writes it, in quotes where it would mean something else without.</summary>
    public override string ToString() => Kind switch
    {
        HbaNameKind.All => "all",
        HbaNameKind.SameUser => "sameuser",
        HbaNameKind.SameRole => "samerole",
        HbaNameKind.Replication => "replication",
        HbaNameKind.MemberOf => Prefixed('+'),
        HbaNameKind.File => Prefixed('@'),
        HbaNameKind.Regex => HbaToken.QuoteIfNeeded($"/{Text}"),
        _ => IsSpecial(Text) ? HbaToken.Quote(Text) : HbaToken.QuoteIfNeeded(Text),
    };

    internal static HbaName OfDatabase(HbaToken token) =>
        token.IsKeyword("sameuser") ? new(HbaNameKind.SameUser, "")
        : token.IsKeyword("samerole") || token.IsKeyword("samegroup") ? new(HbaNameKind.SameRole, "")
        : token.IsKeyword("replication") ? Replication
        : OfUserOrDatabase(token);

    internal static HbaName OfUser(HbaToken token) =>
        token.StartsWith('+') ? new(HbaNameKind.MemberOf, token.Text[1..]) : OfUserOrDatabase(token);

    /// <summary>Whether it matches every connection that the other one matches; <see langword="false"/> also if PgHa cannot tell.</summary>
    internal bool Covers(HbaName other) =>
        this == other
        || Kind switch
        {
            HbaNameKind.All => other.Kind != HbaNameKind.Replication,
            HbaNameKind.SameRole => other.Kind == HbaNameKind.SameUser,
            HbaNameKind.MemberOf => other == Of(Text),
            HbaNameKind.Regex => other.Kind == HbaNameKind.Name && Finds(other.Text) == true,
            _ => false,
        };

    /// <summary>Whether the regular expression is found in a name; <see langword="null"/> if PgHa can't tell.</summary>
    internal bool? Finds(string name) =>
        SharedSyntax().IsMatch(Text) ? Regex.IsMatch(name, Text, RegexOptions.CultureInvariant) : null;

    // A quoted slash still begins a regular expression: quotes are how one with a comma is written.
    private static HbaName OfUserOrDatabase(HbaToken token) =>
        token.IsKeyword("all") ? All
        : token.Text.StartsWith('/') ? new(HbaNameKind.Regex, token.Text[1..])
        : token.StartsWith('@') ? new(HbaNameKind.File, token.Text[1..])
        : Of(token.Text);

    private static bool IsSpecial(string name) =>
        name is "all" or "sameuser" or "samerole" or "samegroup" or "replication" || name.StartsWith('+') || name.StartsWith('@');

    // A quote at the very beginning would take the prefix's meaning away; one after it does not.
    private string Prefixed(char prefix) => prefix + HbaToken.QuoteIfNeeded(Text);

    // PostgreSQL's expressions and .NET's agree on these: literals, points, plain character sets, and repetitions of them.
    [GeneratedRegex(@"^\^?(?:(?:[\w.-]|\[(?:0-9|a-z|A-Z|[\w.])+\])(?:[*+?](?![*+?]))?)*\$?\z", RegexOptions.CultureInvariant)]
    private static partial Regex SharedSyntax();
}
