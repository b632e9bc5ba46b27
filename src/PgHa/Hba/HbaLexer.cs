using System.Text;

namespace PgHa;

/// <summary>Splits a line of <c>pg_hba.conf</c> into columns, the way <c>next_field_expand</c> of the server's <c>hba.c</c> does.</summary>
internal sealed class HbaLexer
{
    private readonly HbaLogicalLine _line;
    private readonly string _text;
    private int _position;

    private HbaLexer(HbaLogicalLine line) => (_line, _text) = (line, line.Text);

    public static List<HbaField> Fields(HbaLogicalLine line)
    {
        HbaLexer lexer = new(line);
        List<HbaField> fields = [];
        while (lexer._position < lexer._text.Length)
        {
            if (lexer.NextField() is { } field)
                fields.Add(field);
        }

        return fields;
    }

    // A comma continues the list even when blanks follow it, but not when they precede it: "a, b" is one column, "a ,b" two.
    private HbaField? NextField()
    {
        List<HbaToken> tokens = [];
        do
        {
            if (NextToken() is not { } token)
                break;
            tokens.Add(token);
        }
        while (_position < _text.Length && _text[_position] == ',');

        return tokens.Count == 0 ? null : new HbaField(tokens);
    }

    private HbaToken? NextToken()
    {
        while (_position < _text.Length && (IsBlank(_text[_position]) || _text[_position] == ','))
            _position++;

        int start = _position;
        int quoteStart = start;
        StringBuilder token = new();
        bool inQuote = false, wasQuote = false, sawQuote = false, startsQuoted = false;
        for (; _position < _text.Length && (inQuote || !IsBlank(_text[_position])); _position++)
        {
            char c = _text[_position];
            if (c == ',' && !inQuote)
                break;
            if (c == '#' && !inQuote)
            {
                _position = _text.Length;
                break;
            }

            if (c != '"' || wasQuote)
                token.Append(c);
            wasQuote = inQuote && c == '"' && !wasQuote; // two quotes inside quotes are one
            if (c == '"')
            {
                inQuote = !inQuote;
                quoteStart = inQuote ? _position : quoteStart;
                sawQuote = true;
                startsQuoted |= token.Length == 0;
            }
        }

        if (inQuote)
            throw _line.Malformed(quoteStart, "expected a closing quote before the end of the line");
        return sawQuote || token.Length > 0 ? new HbaToken(RawText.ToText(token.ToString()), startsQuoted, start) : null;
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\r';
}
