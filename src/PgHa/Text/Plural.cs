using System.Globalization;

namespace PgHa;

/// <summary>Words that depend on a number.</summary>
internal static class Plural
{
    /// <summary>A number and what is counted: <c>1 file</c>, <c>4 files</c>.</summary>
    /// <param name="count">The number.</param>
    /// <param name="noun">The word for one, whose plural is made with an s.</param>
    public static string Count(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {Of(count, noun, noun + "s")}");

    /// <summary>The word for one, or that for any other number.</summary>
    public static string Of(long count, string one, string many) => count == 1 ? one : many;
}
