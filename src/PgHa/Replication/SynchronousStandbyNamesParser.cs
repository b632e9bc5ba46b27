using System.Globalization;
using System.Text;

namespace PgHa;

/// <summary>
/// Reads <c>synchronous_standby_names</c> by the grammar of the server's
/// <c>syncrep_gram.y</c> and <c>syncrep_scanner.l</c>.
/// </summary>
internal sealed class SynchronousStandbyNamesParser
{
    private enum TokenKind
    {
        End,
        Name,
        Number,
        First,
        Any,
        Comma,
        Open,
        Close,
    }

    private readonly record struct Token(TokenKind Kind, string Text, int Position);

    private readonly string _text;
    private int _position;
    private Token _token;

    private SynchronousStandbyNamesParser(string text)
    {
        _text = text;
        Advance();
    }

    public static SynchronousStandbyNames? Parse(string text) => new SynchronousStandbyNamesParser(text).Read();

    private SynchronousStandbyNames? Read()
    {
        if (_token.Kind == TokenKind.End)
            return null;

        SyncMethod method = _token.Kind == TokenKind.Any ? SyncMethod.Any : SyncMethod.First;
        bool hasKeyword = _token.Kind is TokenKind.Any or TokenKind.First;
        if (hasKeyword)
            Advance();

        // A number may be the count or a standby's name: the parenthesis after it decides.
        Token first = _token;
        if (hasKeyword && first.Kind != TokenKind.Number)
            throw Malformed(first, "expected the number of synchronous standbys");
        SynchronousStandbyNames names;
        if (first.Kind == TokenKind.Number && Peek() == '(')
        {
            int count = ReadCount();
            Expect(TokenKind.Open, "expected '('");
            names = new(method, count, ReadNames(), isLegacyList: false);
            Expect(TokenKind.Close, "expected ',' or ')'");
        }
        else if (hasKeyword)
        {
            Advance();
            throw Malformed(_token, "expected '('");
        }
        else
        {
            names = new(method, 1, ReadNames(), isLegacyList: true);
        }

        return _token.Kind == TokenKind.End ? names : throw Malformed(_token, names.IsLegacyList ? "expected ','" : "expected the end");
    }

    private int ReadCount()
    {
        Token token = _token;
        Advance();
        return int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : throw Malformed(token, "the number of synchronous standbys must be at least 1");
    }

    private List<string> ReadNames()
    {
        List<string> names = [ReadName()];
        while (_token.Kind == TokenKind.Comma)
        {
            Advance();
            names.Add(ReadName());
        }

        return names;
    }

    private string ReadName()
    {
        Token token = _token;
        if (token.Kind is TokenKind.First or TokenKind.Any)
            throw Malformed(token, $"a standby named {token.Text} is written \"{token.Text}\"");
        if (token.Kind is not (TokenKind.Name or TokenKind.Number))
            throw Malformed(token, "expected a standby's name");
        Advance();
        return token.Text;
    }

    private void Expect(TokenKind kind, string expectation)
    {
        if (_token.Kind != kind)
            throw Malformed(_token, expectation);
        Advance();
    }

    private char Peek()
    {
        SkipSpace();
        return _position < _text.Length ? _text[_position] : '\0';
    }

    private void Advance()
    {
        SkipSpace();
        int start = _position;
        _token = start == _text.Length ? new Token(TokenKind.End, "", start) : _text[start] switch
        {
            ',' => Symbol(TokenKind.Comma),
            '(' => Symbol(TokenKind.Open),
            ')' => Symbol(TokenKind.Close),
            '*' => Symbol(TokenKind.Name),
            '"' => new Token(TokenKind.Name, ReadQuoted(), start),
            >= '0' and <= '9' => new Token(TokenKind.Number, ReadWhile(char.IsAsciiDigit), start),
            char c when StandbyName.IsIdentifierStart(c) => Word(ReadWhile(StandbyName.IsIdentifierPart), start),
            _ => throw Malformed(new Token(TokenKind.End, "", start), "a name with this character stands in double quotes"),
        };
    }

    private Token Symbol(TokenKind kind) => new(kind, _text[_position].ToString(), _position++);

    private static Token Word(string word, int start) => new(
        StandbyName.AreEqual(word, "ANY") ? TokenKind.Any : StandbyName.AreEqual(word, "FIRST") ? TokenKind.First : TokenKind.Name,
        word,
        start);

    private string ReadWhile(Func<char, bool> belongs)
    {
        int start = _position;
        while (_position < _text.Length && belongs(_text[_position]))
            _position++;
        return _text[start.._position];
    }

    private string ReadQuoted()
    {
        int quote = _position++;
        StringBuilder name = new();
        while (_position < _text.Length)
        {
            char c = _text[_position++];
            if (c != '"')
                name.Append(c);
            else if (_position < _text.Length && _text[_position] == '"')
                name.Append(_text[_position++]);
            else
                return name.ToString();
        }

        throw Malformed(new Token(TokenKind.End, "", quote), "the quoted name that begins here does not end");
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && CLocale.IsSpace(_text[_position]))
            _position++;
    }

    private MalformedTextException Malformed(Token token, string expectation) =>
        new("value of synchronous_standby_names", _text, token.Position, expectation);
}
