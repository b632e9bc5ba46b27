namespace PgHa;

/// <summary>The result of comparing two files for the same segment.</summary>
/// <param name="Name">The file in the archive.</param>
/// <param name="Other">The other file: a partial one beside it, or the server's own.</param>
/// <param name="IsPartial">Whether the other one is a partial segment.</param>
/// <param name="DiffersAt">The first byte that differs; <see langword="null"/> if none does of what both have in common.</param>
/// <param name="SharedLength">How many bytes must be the same: up to where the timeline was left, or all.</param>
public sealed record SegmentComparison(string Name, string Other, bool IsPartial, int? DiffersAt, int SharedLength)
{
    /// <summary>Compares the contents.</summary>
    /// <param name="name">The file in the archive.</param>
    /// <param name="content">What is in it.</param>
    /// <param name="other">The other file.</param>
    /// <param name="otherContent">What is in that.</param>
    /// <param name="isPartial">Whether the other one is a partial segment.</param>
    /// <param name="sharedLength">How many bytes must be the same.</param>
    public static SegmentComparison Of(
        string name, ReadOnlySpan<byte> content, string other, ReadOnlySpan<byte> otherContent, bool isPartial, int sharedLength)
    {
        ReadOnlySpan<byte> mine = content[..Math.Min(content.Length, sharedLength)];
        ReadOnlySpan<byte> theirs = otherContent[..Math.Min(otherContent.Length, sharedLength)];
        int common = mine.CommonPrefixLength(theirs);
        return new SegmentComparison(name, other, isPartial, common < Math.Max(mine.Length, theirs.Length) ? common : null, sharedLength);
    }
}
