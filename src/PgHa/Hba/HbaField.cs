namespace PgHa;

/// <summary>One column of a rule: a word, or a list of words with commas between them.</summary>
internal sealed record HbaField(IReadOnlyList<HbaToken> Tokens)
{
    public int Start => Tokens[0].Start;

    public string Text => Tokens[0].Text;
}
