namespace PgHa;

/// <summary>A line of <c>pg_hba.conf</c>: a rule, an include, or neither.</summary>
internal sealed class HbaLine
{
    private HbaLine(HbaLogicalLine line)
    {
        Raw = line.Raw;
        IsOpen = line.IsOpen;
        List<HbaField> fields = HbaLexer.Fields(line);
        if (fields is [{ Text: "include" or "include_if_exists" or "include_dir" }, _])
            Include = new HbaInclude(line.Number, fields[0].Text, fields[1].Text);
        else if (fields.Count > 0)
            Rule = new HbaFileRule(line.Number, new HbaRuleParser(line, fields).Parse());
    }

    /// <summary>The bytes with their terminators.</summary>
    public string Raw { get; }

    /// <inheritdoc cref="HbaLogicalLine.IsOpen"/>
    public bool IsOpen { get; }

    public HbaFileRule? Rule { get; }

    public HbaInclude? Include { get; }

    public static List<HbaLine> ParseAll(string raw) => [.. HbaLogicalLine.Split(raw).Select(line => new HbaLine(line))];
}
