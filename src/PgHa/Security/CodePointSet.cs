using System.Globalization;

namespace PgHa.Security;

/// <summary>A set of Unicode code points, kept as sorted ranges.</summary>
internal sealed class CodePointSet
{
    private readonly int[] _first;
    private readonly int[] _last;

    private CodePointSet(int[] first, int[] last) => (_first, _last) = (first, last);

    /// <summary>Reads ranges such as <c>A0 2000-200B</c>, in ascending order.</summary>
    public static CodePointSet Parse(string ranges)
    {
        string[][] bounds = [.. ranges.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split('-'))];
        return new([.. bounds.Select(b => Hex(b[0]))], [.. bounds.Select(b => Hex(b[^1]))]);
    }

    /// <summary>Whether a code point is in the set.</summary>
    public bool Contains(int codePoint)
    {
        int index = Array.BinarySearch(_first, codePoint);
        if (index < 0)
            index = ~index - 1;
        return index >= 0 && codePoint <= _last[index];
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
