using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PgHa;

/// <summary>
/// A position in the write-ahead log: a 64-bit byte offset, written <c>0/3000148</c>.
/// The difference of two positions is a number of bytes.
/// </summary>
/// <param name="Value">The offset in bytes from the start of the log.</param>
/// <remarks>See <see href="https://www.postgresql.org/docs/current/datatype-pg-lsn.html">pg_lsn Type</see>.</remarks>
public readonly record struct Lsn(ulong Value) : IComparable<Lsn>, IComparable, ISpanParsable<Lsn>
{
    /// <summary>The position <c>0/0</c>, which PostgreSQL uses for "no position".</summary>
    public static Lsn Zero => default;

    /// <summary>Reads the form <c>16/B374D848</c>: two hexadecimal numbers of 1 to 8 digits.</summary>
    /// <exception cref="MalformedTextException">The text is no LSN; the message says where.</exception>
    public static Lsn Parse(string text) => Parse(text, null);

    /// <inheritdoc cref="Parse(string)"/>
    public static Lsn Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc cref="Parse(string)"/>
    public static Lsn Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out Lsn lsn)
            ? lsn
            : throw new MalformedTextException(
                "LSN", s.ToString(), FirstBadCharacter(s), "expected two hexadecimal numbers of at most 8 digits, such as 0/3000148");

    /// <summary>Reads an LSN; <see langword="false"/> if the text is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Lsn result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out Lsn)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Lsn result)
    {
        result = default;
        int slash = s.IndexOf('/');
        if (slash < 1
            || !TryHalf(s[..slash], out uint high)
            || !TryHalf(s[(slash + 1)..], out uint low))
        {
            return false;
        }

        result = new Lsn(((ulong)high << 32) | low);
        return true;
    }

    /// <summary>The bytes from <paramref name="other"/> to this position; negative if this one is earlier.</summary>
    public long BytesSince(Lsn other) => unchecked((long)(Value - other.Value));

    /// <inheritdoc/>
    public int CompareTo(Lsn other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        Lsn other => CompareTo(other),
        string text when TryParse(text, null, out Lsn other) => CompareTo(other),
        _ => throw new ArgumentException($"An LSN cannot be compared to '{obj}'.", nameof(obj)),
    };

    /// <summary>PostgreSQL's own form, such as <c>0/3000148</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value >> 32:X}/{(uint)Value:X}");

    /// <summary>The bytes between two positions.</summary>
    public static long operator -(Lsn left, Lsn right) => left.BytesSince(right);

    /// <summary>The position a number of bytes later.</summary>
    public static Lsn operator +(Lsn left, long bytes) => new(unchecked(left.Value + (ulong)bytes));

    /// <summary>Whether the left position is earlier.</summary>
    public static bool operator <(Lsn left, Lsn right) => left.Value < right.Value;

    /// <summary>Whether the left position is later.</summary>
    public static bool operator >(Lsn left, Lsn right) => left.Value > right.Value;

    /// <summary>Whether the left position is not later.</summary>
    public static bool operator <=(Lsn left, Lsn right) => left.Value <= right.Value;

    /// <summary>Whether the left position is not earlier.</summary>
    public static bool operator >=(Lsn left, Lsn right) => left.Value >= right.Value;

    // AllowHexSpecifier alone: NumberStyles.HexNumber would also take surrounding white space.
    private static bool TryHalf(ReadOnlySpan<char> digits, out uint value)
    {
        value = 0;
        return digits.Length is >= 1 and <= 8
            && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static int FirstBadCharacter(ReadOnlySpan<char> s)
    {
        int slash = -1;
        int digits = 0;
        for (int i = 0; i < s.Length; i++)
        {
            if (s[i] == '/' && slash < 0 && digits > 0)
                (slash, digits) = (i, 0);
            else if (!char.IsAsciiHexDigit(s[i]) || ++digits > 8)
                return i;
        }

        return s.Length;
    }
}
