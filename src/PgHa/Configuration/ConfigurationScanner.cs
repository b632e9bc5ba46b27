namespace PgHa;

/// <summary>
/// Splits one line into tokens. As in flex, the longest match wins, and among equally long ones the
/// first rule: <c>a.b</c> is a qualified name and no value, while <c>a.b.c</c> is an unquoted value.
/// </summary>
internal ref struct ConfigurationScanner(ReadOnlySpan<char> line)
{
    private readonly ReadOnlySpan<char> _line = line;

    public int Start { get; private set; }

    public int End { get; private set; }

    public ConfigurationToken Next()
    {
        Start = SkipWhile(End, c => c is ' ' or '\t' or '\r' or '\n');
        End = Start;
        if (Start == _line.Length || _line[Start] == '#')
            return ConfigurationToken.EndOfLine;

        return _line[Start] switch
        {
            '=' => Accept(Start + 1, ConfigurationToken.EqualsSign),
            '\'' => Accept(QuotedStringEnd(), ConfigurationToken.QuotedString),
            char c when IsLetter(c) => Word(),
            _ => Accept(Math.Max(IntegerEnd(), RealEnd()), ConfigurationToken.Number),
        };
    }

    private ConfigurationToken Accept(int end, ConfigurationToken token)
    {
        if (end <= Start)
            return ConfigurationToken.Unknown;
        End = end;
        return token;
    }

    private ConfigurationToken Word()
    {
        int identifier = SkipWhile(Start, IsLetterOrDigit);
        int qualified = IsAt(identifier, c => c == '.') && IsAt(identifier + 1, IsLetter)
            ? SkipWhile(identifier + 1, IsLetterOrDigit)
            : -1;
        int unquoted = SkipWhile(Start, c => IsLetterOrDigit(c) || c is '-' or '.' or ':' or '/');
        return Accept(
            unquoted,
            unquoted == identifier ? ConfigurationToken.Identifier
            : unquoted == qualified ? ConfigurationToken.QualifiedIdentifier
            : ConfigurationToken.UnquotedString);
    }

    private readonly int QuotedStringEnd()
    {
        for (int i = Start + 1; i < _line.Length && _line[i] != '\n'; i++)
        {
            if (_line[i] == '\\')
                i++;
            else if (_line[i] == '\'' && !IsAt(++i, c => c == '\''))
                return i;
        }

        return -1;
    }

    // Digits, or 0x and hexadecimal digits, and the letters of a unit.
    private readonly int IntegerEnd()
    {
        int first = AfterSign(Start);
        int digits = SkipWhile(first, char.IsAsciiDigit);
        if (digits == first)
            return -1;
        if (_line[first] == '0' && IsAt(digits, c => c == 'x') && digits == first + 1 && IsAt(digits + 1, char.IsAsciiHexDigit))
            digits = SkipWhile(digits + 1, char.IsAsciiHexDigit);
        return SkipWhile(digits, char.IsAsciiLetter);
    }

    // No unit may follow the fraction: an unquoted 1.5h is a syntax error to the server too.
    private readonly int RealEnd()
    {
        int point = SkipWhile(AfterSign(Start), char.IsAsciiDigit);
        if (!IsAt(point, c => c == '.'))
            return -1;
        int end = SkipWhile(point + 1, char.IsAsciiDigit);
        if (!IsAt(end, c => c is 'e' or 'E'))
            return end;
        int exponent = AfterSign(end + 1);
        int exponentEnd = SkipWhile(exponent, char.IsAsciiDigit);
        return exponentEnd > exponent ? exponentEnd : end;
    }

    private readonly int AfterSign(int position) => IsAt(position, c => c is '-' or '+') ? position + 1 : position;

    private readonly bool IsAt(int position, Func<char, bool> fits) => position < _line.Length && fits(_line[position]);

    private readonly int SkipWhile(int position, Func<char, bool> fits)
    {
        while (IsAt(position, fits))
            position++;
        return position;
    }

    // Bytes above 127 are letters, so that names and values in any encoding pass.
    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c is '_' or >= '\u0080';

    private static bool IsLetterOrDigit(char c) => IsLetter(c) || char.IsAsciiDigit(c);
}
