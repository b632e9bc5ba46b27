namespace PgHa;

/// <summary>
/// A <c>pg_hba.conf</c>. It is immutable: a change returns a new document, and every byte
/// outside the change stays as it is.
/// </summary>
/// <remarks>
/// The file is read by the rules of PostgreSQL 16 and newer. Files of older servers fit them too, with one exception: in
/// PostgreSQL 13 and older a backslash at the end of a line does not join lines. See
/// <see href="https://www.postgresql.org/docs/current/auth-pg-hba-conf.html">The pg_hba.conf File</see>.
/// </remarks>
public sealed class HbaFile
{
    private readonly List<HbaLine> _lines;

    private HbaFile(string raw)
    {
        _lines = HbaLine.ParseAll(raw);
        Rules = [.. _lines.Select(line => line.Rule).OfType<HbaFileRule>()];
        Includes = [.. _lines.Select(line => line.Include).OfType<HbaInclude>()];
    }

    /// <summary>A file without a line; it lets nobody in.</summary>
    public static HbaFile Empty { get; } = new("");

    /// <summary>Reads a file's bytes.</summary>
    /// <exception cref="MalformedTextException">The server would not read the file; the message says where.</exception>
    public static HbaFile Parse(ReadOnlySpan<byte> bytes) => new(RawText.FromBytes(bytes));

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="MalformedTextException">The server would not read the file; the message says where.</exception>
    public static HbaFile Parse(string text) => new(RawText.FromText(text));

    /// <summary>The rules in order.</summary>
    public IReadOnlyList<HbaFileRule> Rules { get; }

    /// <summary>The directives that include other files.</summary>
    public IReadOnlyList<HbaInclude> Includes { get; }

    /// <summary>
    /// The exact text, with whatever passwords its options hold; for comparing. To write the
    /// file, use <see cref="ToBytes"/>.
    /// </summary>
    public string Text => string.Concat(_lines.Select(line => RawText.ToText(line.Raw)));

    /// <summary>Makes sure that the file has the rule and that no earlier one takes all its connections away from it.</summary>
    /// <remarks>
    /// The first rule that matches decides. The rule is therefore put before the first one that covers all its connections
    /// and authenticates them in another way, or at the end if there is none. Narrower rules before it stay there, as
    /// exceptions to it. The same document is returned if it says so already.
    /// </remarks>
    /// <exception cref="MalformedTextException">The file cannot hold the rule, such as <c>peer</c> for a host.</exception>
    public HbaFile Add(HbaRule rule) => Add(rule, _ => []);

    /// <summary>The same for a file that includes others. Their rules count in the place of the directive, and are not changed.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="included">The rules that a directive stands for.</param>
    internal HbaFile Add(HbaRule rule, Func<HbaInclude, IReadOnlyList<HbaRule>> included)
    {
        string line = RawText.FromText(rule.ToLine());
        if (HbaRule.Parse(rule.ToLine()) != rule)
            throw new MalformedTextException("HBA rule", rule.ToString(), 0, "it would be read as a different rule");

        List<(int Line, HbaRule Rule)> all = [.. _lines.SelectMany((line, index) => RulesOf(line, included).Select(one => (index, one)))];
        int first = all.FindIndex(one => one.Rule == rule);
        int deciding = IndexOfShadow(all, rule);
        if (first >= 0 && (deciding < 0 || first < deciding))
            return this;

        int shadow = deciding < 0 ? -1 : all[deciding].Line;
        int present = _lines.FindIndex(candidate => candidate.Rule?.Rule == rule);
        List<string> lines = [.. _lines.Select(candidate => candidate.Raw)];
        if (present >= 0)
            lines.RemoveAt(present);
        else if (shadow < 0 && _lines is [.., { IsOpen: true }])
            RawText.InsertLine(lines, lines.Count, ""); // else the rule would be joined to what the last line begins
        RawText.InsertLine(lines, shadow < 0 ? lines.Count : shadow, line);
        return new HbaFile(string.Concat(lines));
    }

    /// <summary>The file with the lines of other files in the place of the directives that include them.</summary>
    /// <param name="text">The lines that a directive stands for.</param>
    internal HbaFile WithIncluded(Func<HbaInclude, string> text)
    {
        List<string> lines = [];
        foreach (HbaLine line in _lines)
        {
            string raw = line.Include is { } include ? RawText.FromText(text(include)) : line.Raw;
            RawText.InsertLine(lines, lines.Count, raw.TrimEnd('\r', '\n'));
        }

        return new HbaFile(string.Concat(lines));
    }

    /// <summary>Removes every line with the rule; returns the same document if there is none.</summary>
    public HbaFile Remove(HbaRule rule) =>
        Rules.Any(candidate => candidate.Rule == rule)
            ? new HbaFile(string.Concat(_lines.Where(line => line.Rule?.Rule != rule).Select(line => line.Raw)))
            : this;

    /// <summary>What the server would do with a connection: the first rule that is about it decides.</summary>
    /// <remarks>
    /// The match is undecided for host names, <c>samehost</c> and <c>samenet</c> off the loopback, names in other files,
    /// included files, memberships that the connection does not say, and regular expressions beyond the simplest.
    /// </remarks>
    public HbaMatch Match(HbaConnection connection)
    {
        foreach (HbaLine line in _lines)
        {
            if (line.Include is { } include)
                return new HbaMatch(HbaOutcome.Undecided, include.LineNumber, null);
            if (line.Rule is { } rule && HbaMatcher.IsAbout(rule.Rule, connection) is var answer and not false)
                return new HbaMatch(answer is null ? HbaOutcome.Undecided : HbaOutcome.Matched, rule.LineNumber, rule.Rule);
        }

        return new HbaMatch(HbaOutcome.NoMatch, 0, null);
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() => RawText.ToBytes(string.Concat(_lines.Select(line => line.Raw)));

    /// <summary>The text with passwords masked.</summary>
    public override string ToString() => Secrets.Redact(Text);

    private static IEnumerable<HbaRule> RulesOf(HbaLine line, Func<HbaInclude, IReadOnlyList<HbaRule>> included) => line switch
    {
        { Rule: { } own } => [own.Rule],
        { Include: { } include } => included(include),
        _ => [],
    };

    // The first rule that covers the new one decides whether it is shadowed: later rules never see its connections.
    private static int IndexOfShadow(List<(int Line, HbaRule Rule)> all, HbaRule rule)
    {
        int index = all.FindIndex(one => one.Rule.Covers(rule));
        return index >= 0 && !all[index].Rule.AuthenticatesLike(rule) ? index : -1;
    }
}
